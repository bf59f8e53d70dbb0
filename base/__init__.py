"""The ground every room stands on: settings, database, migrations, clock, jobs, logging, errors."""
