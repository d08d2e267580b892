import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { commandOf } from '../../program-command.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Milliseconds after which a program will not say what is waited for. */
const PATIENCE = 120_000

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A program of this repository, run as its own process: from its sources, or as it was built. */
export class Program {
  readonly #child: ChildProcess
  out = ''
  err = ''
  readonly ended: Promise<Ended>

  constructor(file: string, args: readonly string[], env: Record<string, string>, input = '') {
    const child = spawn(process.execPath, [...commandOf(file), ...args], {
      cwd: root,
      // Nothing of this machine's environment decides what the program does.
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
      stdio: 'pipe',
    })
    this.#child = child
    child.stdout?.on('data', (chunk: Buffer) => {
      this.out += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      this.err += chunk.toString()
    })
    child.stdin?.end(input)
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, out: this.out, err: this.err }))
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Waits until standard output holds a text; fails with what the program said if it ends first, or never says it. */
  async says(text: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        const look = () => {
          if (this.out.includes(text)) resolve()
        }
        this.#child.stdout?.on('data', look)
        this.#child.once('close', () => reject(new Error(`it ended: ${this.err}${this.out}`)))
        timer = setTimeout(
          () => reject(new Error(`it never said ${text}: ${this.err}${this.out}`)),
          PATIENCE,
        )
        look()
      })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Runs a program to its end. */
export function run(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ended> {
  return new Program(file, args, env, input).ended
}
