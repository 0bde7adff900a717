/** What an Asterisk of ours is configured with. Paths in its files are those inside its chroot, where its folder is /mnt. */
export interface AsteriskSetup {
  /** Of ARI, on the loopback. */
  readonly httpPort: number;
  readonly ariPassword: string;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  /** The whole of pjsip.conf. */
  readonly phones: string;
  /** The whole of extensions.conf. */
  readonly dialplan: string;
}

/** The user of ARI. */
export const ARI_USER = 'ringback';

/** The line that takes the product's dialplan in. */
export const PRODUCT_DIALPLAN = '#tryinclude "/mnt/etc/ringback.conf"\n';

/** The configuration files by name. */
export function asteriskFiles(setup: AsteriskSetup): Readonly<Record<string, string>> {
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
    'rtp.conf': rtpConf(setup),
    'pjsip.conf': setup.phones,
    'extensions.conf': setup.dialplan,
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

/** The verbose log tells, independently of the product, what was spoken to whom. */
const LOGGER = `[general]
dateformat=%F %T.%3q
[logfiles]
full => notice,warning,error,verbose
`;

function ariConf({ ariPassword }: AsteriskSetup): string {
  return `[general]
enabled=yes
websocket_write_timeout=1000
[${ARI_USER}]
type=user
read_only=no
password=${ariPassword}
`;
}

function rtpConf({ rtpPorts: { first, last } }: AsteriskSetup): string {
  return `[general]\nrtpstart=${first.toString()}\nrtpend=${last.toString()}\n`;
}
