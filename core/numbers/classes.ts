/**
 * What kind of service a number is for, by the numbering plans of its country. The facts come from the edge; what may be
 * called is decided by the number policy.
 *
 * - `fixed-line-or-mobile`: a plan such as the North American one does not tell them apart.
 * - `uan`: a company-wide number that costs the caller more than a normal one.
 * - `satellite`: by our own table of codes; numbering plans call these mobile.
 * - `unknown`: of a possible length, but in no range that the plans know.
 * - `short`: an emergency, directory, helpline or service code behind a country code.
 * - `impossible`: no number of its country has this length.
 */
export const NUMBER_CLASSES = [
  'fixed-line',
  'mobile',
  'fixed-line-or-mobile',
  'toll-free',
  'voip',
  'premium-rate',
  'shared-cost',
  'personal',
  'uan',
  'pager',
  'voicemail',
  'satellite',
  'unknown',
  'short',
  'impossible',
] as const;
export type NumberClass = (typeof NUMBER_CLASSES)[number];

/** Never called, whatever an administrator sets up. */
export const ALWAYS_REFUSED_CLASSES = [
  'short',
  'impossible',
] as const satisfies readonly NumberClass[];

/** Classes that an administrator may refuse or let through. */
export const REFUSABLE_CLASSES = [
  'toll-free',
  'voip',
  'premium-rate',
  'shared-cost',
  'personal',
  'uan',
  'pager',
  'voicemail',
  'satellite',
  'unknown',
] as const satisfies readonly NumberClass[];
export type RefusableClass = (typeof REFUSABLE_CLASSES)[number];
