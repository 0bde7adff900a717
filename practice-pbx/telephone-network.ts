import { PRODUCT_DIALPLAN } from './asterisk-files.ts';

/** The number of the queue, as customers dial it. */
export const QUEUE_NUMBER = '+12025550120';
/** Who owns the customer's softphone. */
export const CUSTOMER_NUMBER = '+12025550101';

/** Somebody else whom one can call the queue as, and what happens when Ringback calls them back. */
export interface StandIn {
  /** What the softphone dials to be them. */
  readonly code: string;
  readonly number: string;
  /** `whose line is busy`. */
  readonly whose: string;
  /** What the carrier does when their number is called. */
  readonly dialplan: readonly string[];
}

/** People who exist in the dialplan only. The hang-up causes are those of Q.850. */
export const STAND_INS: readonly StandIn[] = [
  {
    code: '102',
    number: '+12025550102',
    whose: 'whose line is busy when Ringback calls back',
    dialplan: ['Hangup(17)'],
  },
  {
    code: '103',
    number: '+12025550103',
    whose: 'who does not answer',
    dialplan: ['Ringing()', 'Wait(120)', 'Hangup(19)'],
  },
  {
    code: '104',
    number: '+12025550104',
    whose: 'whose number does not exist',
    dialplan: ['Hangup(1)'],
  },
  {
    code: '105',
    number: '+12025550105',
    whose: 'who answers, plays music for a while and hangs up',
    dialplan: ['Ringing()', 'Wait(2)', 'Answer()', 'MusicOnHold(default,10)', 'Hangup(16)'],
  },
];

/** What the softphone dials to reach the queue as the customer who owns it. */
export const QUEUE_CODE = '120';
/** The stand-in carrier as a route of Ringback, and the agent who answers without a person. */
export const ROUTE_DIAL = 'Local/{number}@stand-in-carrier/n';
export const ECHO_ENDPOINT = 'Local/echo@stand-in-agents';
export const AGENT_ENDPOINT = 'PJSIP/agent';

/** Where phones register, and with which passwords. */
export interface Phones {
  readonly address: string;
  readonly port: number;
  readonly customerPassword: string;
  readonly agentPassword: string;
}

/** pjsip.conf: two phones that register, and nobody else. */
export function practicePhones({ address, port, customerPassword, agentPassword }: Phones): string {
  return `[global]
type=global
; Whoever is not one of the two phones by name is nobody.
endpoint_identifier_order=username,auth_username
[network]
type=transport
protocol=udp
bind=${address}:${port.toString()}
[phone](!)
type=endpoint
transport=network
disallow=all
allow=ulaw,alaw
direct_media=no
dtmf_mode=auto
rtp_symmetric=yes
force_rport=yes
rewrite_contact=yes
device_state_busy_at=1
${phone('customer', customerPassword, `"Customer" <${CUSTOMER_NUMBER}>`)}${phone('agent', agentPassword, '"Agent" <agent>')}`;
}

function phone(name: string, password: string, callerId: string): string {
  return `[${name}](phone)
context=${name}
auth=${name}
aors=${name}
callerid=${callerId}
[${name}]
type=auth
auth_type=userpass
username=${name}
password=${password}
[${name}]
type=aor
max_contacts=1
remove_existing=yes
`;
}

/** extensions.conf: what the two phones can dial, the stand-in carrier, and the agent who answers without a person. */
export function practiceDialplan(): string {
  const callers = STAND_INS.flatMap(({ code, number }) => [
    `exten => ${code},1,Set(CALLERID(all)=${number})`,
    ` same => n,Goto(ringback-inbound,${QUEUE_NUMBER},1)`,
  ]);
  const called = STAND_INS.flatMap(({ number, dialplan: [first = '', ...rest] }) => [
    `exten => ${number},1,${first}`,
    ...rest.map((step) => ` same => n,${step}`),
  ]);
  return `[general]
static=yes
writeprotect=yes
[customer]
exten => ${QUEUE_CODE},1,Goto(ringback-inbound,${QUEUE_NUMBER},1)
exten => ${QUEUE_NUMBER},1,Goto(ringback-inbound,\${EXTEN},1)
exten => ${QUEUE_NUMBER.slice(1)},1,Goto(ringback-inbound,+\${EXTEN},1)
${callers.join('\n')}
[agent]
exten => ${QUEUE_CODE},1,Hangup(21)
; The customer's phone, if it is there; a cause of 0 says nothing, 20 says that nobody is registered.
[stand-in-carrier]
exten => ${CUSTOMER_NUMBER},1,Dial(PJSIP/customer)
 same => n,Hangup(\${IF($["\${HANGUPCAUSE}" = "0"]?20:\${HANGUPCAUSE})})
${called.join('\n')}
exten => _+X.,1,Hangup(1)
[stand-in-agents]
exten => echo,1,Answer()
 same => n,Echo()
${PRODUCT_DIALPLAN}`;
}
