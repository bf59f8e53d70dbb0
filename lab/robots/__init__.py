"""Agents that are programs: softphones that park for a shift, speak their lines by ear and do the desk work by HTTP."""
