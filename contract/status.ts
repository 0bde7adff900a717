import { z } from 'zod';
import { agentView } from './agents.ts';
import { queueView } from './queues.ts';
import { route } from './route.ts';
import { stopView } from './stops.ts';
import { ticketCounts } from './tickets.ts';
import { moment } from './values.ts';

/** The process lives; says nothing about database and telephony. */
export const healthz = route({
  name: 'healthz',
  method: 'GET',
  path: '/healthz',
  summary: 'Tell that the process lives',
  tag: 'status',
  replies: { 200: z.object({ status: z.literal('ok') }) },
  refusals: [],
});

/** The database answers, and every PBX is connected, by this node or another. */
export const readyz = route({
  name: 'readyz',
  method: 'GET',
  path: '/readyz',
  summary: 'Tell whether the database and every PBX can be used',
  tag: 'status',
  replies: { 200: z.object({ status: z.literal('ready') }) },
  refusals: ['NOT_READY'],
});

/** Figures for Prometheus. */
export const metrics = route({
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Give figures in the text format of Prometheus',
  tag: 'status',
  replies: { 200: z.string() },
  mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  refusals: [],
});

/** One PBX as this node sees it. */
export const pbxView = z
  .object({
    name: z.string(),
    state: z.enum(['connecting', 'reconciling', 'ready', 'elsewhere', 'failed']).meta({
      description: '`elsewhere`: another node holds the connection.',
    }),
    problem: z.string().nullable().meta({ description: 'Why it is not ready, in words.' }),
  })
  .meta({ id: 'Pbx', description: 'One PBX as this node sees it.' });
export type PbxView = z.output<typeof pbxView>;

/** The whole centre at a glance. */
export const statusView = z
  .object({
    version: z.string(),
    node: z.string().meta({ description: 'Which of the running processes answered.' }),
    at: moment,
    queues: z.array(queueView),
    agents: z.array(agentView),
    pbxs: z.array(pbxView),
    stops: z.array(stopView).meta({ description: 'What a supervisor has stopped.' }),
    tickets: ticketCounts,
    demo: z.enum(['absent', 'shown', 'hidden']).meta({
      description:
        'The practice centre: `shown` in place of a centre of your own, until you set one up; `hidden` behind it after that.',
    }),
  })
  .meta({ id: 'Status', description: 'The whole centre at a glance.' });
export type StatusView = z.output<typeof statusView>;

/** The whole centre at a glance. */
export const showStatus = route({
  name: 'showStatus',
  method: 'GET',
  path: '/api/v1/status',
  summary: 'Show queues, agents and PBXs at a glance',
  tag: 'status',
  replies: { 200: statusView },
  refusals: [],
});

/** The description of this API. */
export const openapi = route({
  name: 'openapi',
  method: 'GET',
  path: '/api/v1/openapi.json',
  summary: 'Describe this API as OpenAPI 3.1',
  tag: 'status',
  replies: { 200: z.record(z.string(), z.unknown()) },
  refusals: [],
});
