import { PRODUCT_DIALPLAN } from '../../practice-pbx/asterisk-files.ts';

/** The extension behind which app_queue waits with its callers. */
export const RIVAL_EXTENSION = 'rival';
/** The queue of app_queue. */
export const RIVAL_QUEUE = 'bench';
/** The agent's phone, for everybody who rings it. */
export const AGENT_PHONE = 'PJSIP/agent0';

/** Where the two sides of the calls live, on the loopback. */
export interface SipPorts {
  readonly sip: number;
  readonly phone: number;
  readonly callers: number;
}

/** pjsip.conf: one agent's phone and one trunk with all callers. */
export function phonesConf({ sip, phone, callers }: SipPorts): string {
  return `[global]
type=global
; The phone and the callers share one address: the name tells them apart before the address does.
endpoint_identifier_order=username,ip
[loopback]
type=transport
protocol=udp
bind=127.0.0.1:${sip.toString()}
[endpoint-base](!)
type=endpoint
disallow=all
allow=ulaw
direct_media=no
timers=no
transport=loopback
[carrier](endpoint-base)
context=from-carrier
aors=carrier
trust_id_inbound=yes
[carrier]
type=aor
contact=sip:127.0.0.1:${callers.toString()}
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
[agent0](endpoint-base)
context=from-agents
aors=agent0
device_state_busy_at=1
[agent0]
type=aor
contact=sip:agent0@127.0.0.1:${phone.toString()}
`;
}

/** extensions.conf: the product, app_queue, and the place where the calls of the floor stay until the phone hangs up. */
export const DIALPLAN = `[general]
static=yes
writeprotect=yes
${PRODUCT_DIALPLAN}
[from-carrier]
exten => ${RIVAL_EXTENSION},1,Answer()
 same => n,Queue(${RIVAL_QUEUE})
 same => n,Hangup()
exten => _+X.,1,Goto(ringback-inbound,\${EXTEN},1)
[from-agents]
[bench-floor]
exten => s,1,Wait(10)
 same => n,Hangup()
`;

/** queues.conf as quick as app_queue gets: the shortest retry there is, no wrap-up, nothing announced. */
export const QUEUES = `[general]
[${RIVAL_QUEUE}]
strategy=ringall
timeout=15
retry=1
wrapuptime=0
autofill=yes
ringinuse=no
member => ${AGENT_PHONE}
`;
