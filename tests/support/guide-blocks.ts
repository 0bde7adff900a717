/** Lines of a guide for a configuration file of Asterisk. */
export interface GuideBlock {
  /** As the guide calls it, without its folder: `ari_additional_custom.conf`. */
  readonly file: string;
  /** Without empty ones. */
  readonly lines: readonly string[];
}

/** The `ini` blocks of a page, each for the file that was named last before it. */
export function guideBlocks(page: string): readonly GuideBlock[] {
  return [...page.matchAll(/^```ini\n([\s\S]*?)^```/gm)].map((block) => {
    const named = [...page.slice(0, block.index).matchAll(/`(?:[\w/]*\/)?(\w+\.conf)`/g)].at(-1);
    const lines = (block[1] ?? '').split('\n').filter((line) => line !== '');
    return { file: named?.[1] ?? '', lines };
  });
}
