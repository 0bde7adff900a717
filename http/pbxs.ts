import { checkPbx } from '../contract/pbxs.ts';
import type { ServerDeps } from './deps.ts';
import { type Api, refuse, reply, serve } from './serve.ts';
import { unknownName } from './unknown.ts';

/** Looking at a PBX for what is missing on its side. */
export function registerPbxRoutes(api: Api, deps: ServerDeps): void {
  serve(api, checkPbx, async ({ params: { name } }) => {
    const found = await deps.checkPbx(name);
    if (found === null) {
      return refuse(unknownName('PBX_UNKNOWN', name));
    }
    const findings = found.map((finding) => ({
      ...finding,
      remedy: finding.remedy.map(({ file, lines }) => ({ file, lines: [...lines] })),
    }));
    return reply(200, { pbx: name, findings });
  });
}
