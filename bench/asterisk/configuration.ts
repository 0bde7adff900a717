import { PRODUCT_DIALPLAN } from '../../practice-pbx/asterisk-files.ts';
import { loopbackPhones } from '../../practice-pbx/loopback-phones.ts';

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
  const agents = [{ name: AGENT_PHONE.replace('PJSIP/', ''), port: phone }];
  return loopbackPhones({ sipPort: sip, carrierPort: callers, agents });
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
