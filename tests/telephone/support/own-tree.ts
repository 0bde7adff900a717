import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { provideRootTree } from '../../../practice-pbx/root-tree.ts';

/**
 * An Asterisk tree for a test that removes it: the files are those of the tree that all tests share, linked where that is
 * possible. Answers with the environment that leads a practice PBX there.
 */
export async function ownTree(folder: string): Promise<{ readonly PRACTICE_PBX_TREE: string }> {
  const shared = await provideRootTree();
  const tree = join(folder, 'tree');
  const isLinked = spawnSync('cp', ['-al', shared, tree]).status === 0;
  if (!isLinked) {
    spawnSync('rm', ['-rf', tree]);
    spawnSync('cp', ['-a', shared, tree]);
  }
  return { PRACTICE_PBX_TREE: tree };
}
