import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@agent-brain/test-harness/temporary';
import { waitUntil } from '@agent-brain/test-harness/waiting';
import { expect, onTestFinished, test } from 'vitest';
import { isWithin } from './is-within.ts';
import type { Coverage, WatchScope, WatchSource } from './watch-source.ts';

const PATIENCE = { timeoutMs: 40_000, intervalMs: 10 };

/** A folder under a source, and what the source has said of it. */
export class SourceProbe {
  readonly folder = fs.realpathSync(temporaryDirectory('source'));
  readonly reported = new Set<string>();
  losses = 0;
  errors: string[] = [];
  coverage: Coverage | undefined;

  async watch(source: WatchSource, scope: Partial<WatchScope> = {}): Promise<() => Promise<void>> {
    const subscription = await source.subscribe({
      scope: { root: this.folder, folder: this.folder, stateDir: [], ...scope },
      onChanges: (paths) => {
        for (const changed of paths) this.reported.add(changed);
      },
      onLoss: () => void (this.losses += 1),
      onBusy: () => {},
      onCoverage: (coverage) => void (this.coverage = coverage),
      onError: (error) => void this.errors.push(error.message),
    });
    onTestFinished(() => subscription.close());
    return () => subscription.close();
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, text = 'x'): string {
    const file = this.path(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }

  git(...args: string[]): void {
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: this.folder, stdio: 'ignore' });
  }

  forget(): void {
    this.reported.clear();
    this.losses = 0;
  }

  /** Whether who listens would look at the path. */
  isCovered(name: string): boolean {
    return this.losses > 0 || [...this.reported].some((reported) => isWithin(reported, this.path(name)));
  }

  async sees(...names: string[]): Promise<void> {
    await waitUntil(`${names.join(', ')} of ${this.folder}`, () => names.every((name) => this.isCovered(name)), PATIENCE);
  }

  /** A change in a directory is seen, so it is watched; what was reported before does not count. */
  async watches(...directories: string[]): Promise<void> {
    for (const directory of directories) {
      const name = path.join(directory, `probe-${directory.replaceAll('/', '-')}.ts`);
      let tries = 0;
      this.forget();
      await waitUntil(
        `${directory} is watched`,
        () => {
          // A watch may still be on its way when the directory itself was reported.
          if (tries++ % 100 === 0) this.write(name, `${tries}`);
          return this.isCovered(name);
        },
        PATIENCE,
      );
    }
  }
}

/** What every source does. What it reports late or as a loss is reported all the same. */
export function describeWatchSource(open: () => Promise<WatchSource>): void {
  const begin = async (plant: (probe: SourceProbe) => void = () => {}) => {
    const probe = new SourceProbe();
    plant(probe);
    const close = await probe.watch(await open());
    return { probe, close };
  };

  test('reports files that are made, rewritten, renamed and deleted', async () => {
    const { probe } = await begin((planted) => planted.write('src/old.ts'));
    probe.write('a.ts');
    await probe.sees('a.ts');
    probe.forget();
    fs.appendFileSync(probe.path('src/old.ts'), 'y');
    await probe.sees('src/old.ts');
    probe.forget();
    fs.renameSync(probe.path('src/old.ts'), probe.path('src/new.ts'));
    await probe.sees('src/old.ts', 'src/new.ts');
    probe.forget();
    fs.rmSync(probe.path('src/new.ts'));
    await probe.sees('src/new.ts');
  });

  test('reports a file that is made and deleted where another one was', async () => {
    const { probe } = await begin((planted) => planted.write('a.ts'));
    probe.write('b.ts');
    fs.renameSync(probe.path('b.ts'), probe.path('a.ts'));
    fs.rmSync(probe.path('a.ts'));
    await probe.sees('a.ts');
  });

  test('watches directories that are made one in another at once', async () => {
    const { probe } = await begin();
    for (let n = 0; n < 20; n += 1) probe.write(`d${n}/e/f/g.ts`);
    await probe.sees(...Array.from({ length: 20 }, (_, n) => `d${n}/e/f/g.ts`));
    await probe.watches('d0', 'd7/e', 'd19/e/f');
  });

  test('watches a tree that is moved in, under its new names', async () => {
    const { probe } = await begin();
    const outside = fs.realpathSync(temporaryDirectory('outside'));
    fs.mkdirSync(path.join(outside, 'tree/a/b'), { recursive: true });
    fs.writeFileSync(path.join(outside, 'tree/a/b/c.ts'), 'x');
    fs.renameSync(path.join(outside, 'tree'), probe.path('tree'));
    await probe.sees('tree/a/b/c.ts');
    await probe.watches('tree/a/b');
    fs.renameSync(probe.path('tree'), probe.path('moved'));
    await probe.sees('tree', 'moved');
    await probe.watches('moved/a', 'moved/a/b');
  });

  test('watches the directory that has taken the place of another', async () => {
    const { probe } = await begin((planted) => {
      planted.write('one/in/a.ts');
      planted.write('two/in/b.ts');
    });
    fs.renameSync(probe.path('one'), probe.path('three'));
    fs.renameSync(probe.path('two'), probe.path('one'));
    fs.rmSync(probe.path('three'), { recursive: true });
    fs.mkdirSync(probe.path('three'));
    await probe.sees('one', 'two', 'three');
    await probe.watches('one/in', 'three');
  });

  test('reports a file that becomes a directory and a directory that becomes a file', async () => {
    const { probe } = await begin((planted) => {
      planted.write('file');
      planted.write('directory/in/a.ts');
    });
    fs.rmSync(probe.path('file'));
    probe.write('file/a.ts');
    fs.rmSync(probe.path('directory'), { recursive: true });
    probe.write('directory');
    await probe.sees('file/a.ts', 'directory');
    await probe.watches('file');
  });

  test('leaves alone what a walk does not enter, and watches it as soon as a walk would', async () => {
    const { probe } = await begin((planted) => {
      planted.git('init', '-q');
      planted.write('.gitignore', 'out/\n');
      planted.write('out/deep/a.ts');
      planted.write('src/a.ts');
    });
    probe.write('out/deep/b.ts');
    probe.write('src/b.ts');
    await probe.sees('src/b.ts');
    expect([...probe.reported].filter((reported) => isWithin(probe.path('out'), reported))).toEqual([]);
    probe.write('.gitignore', '');
    await probe.sees('.gitignore');
    await probe.watches('out/deep');
  });

  test('reports nothing after its end', async () => {
    const { probe, close } = await begin();
    await close();
    probe.write('a.ts');
    const other = new SourceProbe();
    await other.watch(await open());
    other.write('b.ts');
    await other.sees('b.ts');
    expect([probe.reported.size, probe.losses]).toEqual([0, 0]);
  });

  test('refuses a folder that is not there', async () => {
    const probe = new SourceProbe();
    fs.rmdirSync(probe.folder);
    await expect(probe.watch(await open())).rejects.toThrow(/./);
  });
}
