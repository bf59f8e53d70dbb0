"""The modules Asterisk is to load: an explicit list, since loading all of them logs an error for each missing file."""

from pathlib import Path
from typing import Final

# One line per purpose. Modules that only some releases have are left out where their file is missing.
_WANTED: Final = """
    res_timing_timerfd res_timing_pthread
    res_sorcery_config res_sorcery_memory res_sorcery_astdb
    res_crypto res_http_websocket res_srtp res_rtp_asterisk
    res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_sdp_rtp res_pjsip_registrar
    res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration
    res_pjsip_endpoint_identifier_user res_pjsip_endpoint_identifier_ip
    res_pjsip_nat res_pjsip_caller_id res_pjsip_rfc3326 res_pjsip_header_funcs res_pjsip_dtmf_info
    res_pjsip_transport_websocket res_pjsip_logger chan_pjsip
    codec_alaw codec_ulaw codec_a_mu codec_gsm codec_resample
    format_pcm format_sln format_wav format_gsm
    bridge_simple bridge_softmix bridge_holding
    pbx_config
    app_bridgewait app_mixmonitor app_userevent app_playback app_exec app_stack app_amd app_chanspy app_waitforsilence
    res_audiosocket app_audiosocket
    func_cut func_groupcount func_uri func_periodic_hook
    func_channel func_callerid func_global func_hangupcause func_logic func_math
    func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_strings func_talkdetect func_timeout func_volume
    res_cdrel_custom cel_custom
    res_musiconhold
"""


def modules_to_load(modules_dir: Path) -> list[str]:
    """The names, without ending, of the wanted modules that `modules_dir` really has."""
    return [name for name in _WANTED.split() if (modules_dir / f"{name}.so").exists()]
