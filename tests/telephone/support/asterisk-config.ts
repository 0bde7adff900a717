/** What one private Asterisk is configured with. Paths are those inside its chroot, where its folder is mounted at /mnt. */
export interface AsteriskSetup {
  readonly sipPort: number;
  readonly httpPort: number;
  readonly rtpPortFirst: number;
  readonly ariPassword: string;
  readonly carrierPort: number;
  /** The port of agent1's phone, then agent2's, and so on. */
  readonly agentPorts: readonly number[];
  /** Dialplan of the test's own, put after the bench's. */
  readonly dialplan: string;
  /** Whether the product's own dialplan is loaded. */
  readonly productDialplan: boolean;
}

/** RTP ports per Asterisk: enough for about three hundred legs. */
export const RTP_PORT_COUNT = 800;

/** The configuration files by name. */
export function configFiles(setup: AsteriskSetup): Readonly<Record<string, string>> {
  return {
    'asterisk.conf': ASTERISK,
    'modules.conf': MODULES,
    'logger.conf': LOGGER,
    'musiconhold.conf': '[default]\nmode=files\ndirectory=moh\n',
    // Empty, but without them the applications of that name are not there.
    'queues.conf': '[general]\n',
    'amd.conf': '[general]\n',
    'http.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${setup.httpPort.toString()}\n`,
    'ari.conf': ariConf(setup),
    'rtp.conf': rtpConf(setup.rtpPortFirst),
    'pjsip.conf': pjsipConf(setup),
    'extensions.conf': extensionsConf(setup),
  };
}

const ASTERISK = `[directories]
astetcdir => /mnt/etc
astvarlibdir => /var/lib/asterisk
astdatadir => /usr/share/asterisk
astagidir => /usr/share/asterisk/agi-bin
astdbdir => /mnt/db
astkeydir => /mnt/db
astspooldir => /mnt/spool
astrundir => /mnt/run
astlogdir => /mnt/log
[options]
verbose = 4
nocolor = yes
`;

/** Everything but what would look for databases, other hosts or well-known ports. */
const MODULES = `[modules]
autoload=yes
noload=cdr_*.so
noload=cel_*.so
noload=res_config_*.so
noload=res_odbc.so
noload=pbx_ael.so
noload=pbx_dundi.so
noload=pbx_lua.so
noload=chan_iax2.so
noload=chan_unistim.so
noload=chan_motif.so
noload=chan_console.so
noload=res_phoneprov.so
noload=res_snmp.so
noload=res_stun_monitor.so
noload=res_xmpp.so
noload=res_hep.so
`;

/** The verbose log is how tests observe, independently of the product, what was spoken to whom. */
const LOGGER = `[general]
dateformat=%F %T.%3q
[logfiles]
full => notice,warning,error,verbose
`;

function ariConf({ ariPassword }: AsteriskSetup): string {
  return `[general]
enabled=yes
websocket_write_timeout=1000
[ringback]
type=user
read_only=no
password=${ariPassword}
`;
}

function rtpConf(first: number): string {
  const last = first + RTP_PORT_COUNT - 1;
  return `[general]\nrtpstart=${first.toString()}\nrtpend=${last.toString()}\n`;
}

function pjsipConf({ sipPort, carrierPort, agentPorts }: AsteriskSetup): string {
  const agents = agentPorts.map((port, index) => agentConf(`agent${(index + 1).toString()}`, port));
  return `[global]
type=global
; Agents' phones and the carrier share one address: the name tells them apart before the address does.
endpoint_identifier_order=username,ip,anonymous
[loopback]
type=transport
protocol=udp
bind=127.0.0.1:${sipPort.toString()}
[endpoint-base](!)
type=endpoint
disallow=all
allow=ulaw
direct_media=no
dtmf_mode=rfc4733
timers=no
transport=loopback
[carrier](endpoint-base)
context=from-carrier
aors=carrier
trust_id_inbound=yes
[carrier]
type=aor
contact=sip:127.0.0.1:${carrierPort.toString()}
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
${agents.join('')}`;
}

function agentConf(name: string, port: number): string {
  return `[${name}](endpoint-base)
context=from-agents
aors=${name}
device_state_busy_at=1
[${name}]
type=aor
contact=sip:${name}@127.0.0.1:${port.toString()}
`;
}

function extensionsConf({ dialplan, productDialplan }: AsteriskSetup): string {
  return `[general]
static=yes
writeprotect=yes
${productDialplan ? '#tryinclude "/mnt/etc/ringback.conf"\n' : ''}
[from-carrier]
exten => _+X.,1,Goto(ringback-inbound,\${EXTEN},1)
exten => _X.,1,Goto(ringback-inbound,\${EXTEN},1)
[from-agents]
${dialplan}
`;
}
