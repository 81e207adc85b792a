import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** An agent on the standard input and output of `agent-brain mcp`. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: string) => void>();
  #lastId = 0;

  constructor(program: string, env: NodeJS.ProcessEnv, cwd: string) {
    this.#child = spawn(process.execPath, [program, 'mcp'], { env, cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('no standard output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const { id } = JSON.parse(line) as { id?: number };
      if (id !== undefined) this.#waiting.get(id)?.(line);
    });
  }

  /** The line that answers. */
  ask(method: string, params: object = {}): Promise<string> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }

  open(): Promise<string> {
    return this.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
  }

  /** @throws when the answer names no file */
  async search(query: string): Promise<void> {
    const answer = await this.ask('tools/call', { name: 'search', arguments: { query } });
    if (!answer.includes('"chunk_id"')) throw new Error(`nothing was found: ${answer}`);
  }

  leave(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.stdin?.end();
    });
  }
}
