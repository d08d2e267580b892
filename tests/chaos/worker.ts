import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ProcessSettings, READY, STOPPING } from './process-settings.ts'

/** What becomes of a worker's own words: lines that are neither of the two signals. */
export type Overheard = (line: string) => void

const BEFORE_RESTART_MS = 200

/** One BFF process that is started again whenever it ends, until it is told to stay down. */
export class Worker {
  readonly url: string
  readonly #program: string
  readonly #file: string
  #settings: ProcessSettings
  readonly #overheard: Overheard
  /** Milliseconds until a process that stopped itself is let go on. */
  readonly #selfStop: () => number
  #child: ChildProcess | undefined
  #gone: Promise<void> = Promise.resolve()
  #down = false
  #started = 0
  /** When it became ready, and when it was last frozen, Unix milliseconds. */
  #readyAt = 0
  #frozenAt = 0
  ready = false
  /** How long its last start took, in milliseconds. */
  startMs = 0
  selfStops = 0

  constructor(options: {
    readonly program: string
    readonly folder: string
    readonly settings: ProcessSettings
    readonly overheard: Overheard
    readonly selfStop: () => number
  }) {
    this.#program = options.program
    this.#settings = options.settings
    this.#file = join(options.folder, `bff-${options.settings.port}.json`)
    this.#overheard = options.overheard
    this.#selfStop = options.selfStop
    this.url = `http://127.0.0.1:${options.settings.port}`
  }

  /** @param scale how much longer than usual everything takes, in this life and the next ones */
  start(scale = this.#settings.scale): void {
    this.#down = false
    this.#settings = { ...this.#settings, scale }
    this.#started += 1
    // Each life has its own row of chances, or every one would end at the same place.
    const seed = this.#settings.seed + this.#started * 7919
    writeFileSync(this.#file, JSON.stringify({ ...this.#settings, seed }), { mode: 0o600 })
    const child = spawn(process.execPath, [this.#program, this.#file], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const began = Date.now()
    const killNow = () => child.kill('SIGKILL')
    process.once('exit', killNow)
    let rest = ''
    const hear = (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#hear(child, line, began)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', (chunk: Buffer) => this.#overheard(chunk.toString().trim()))
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => {
        process.off('exit', killNow)
        this.ready = false
        resolve()
        if (!this.#down) void wait(BEFORE_RESTART_MS).then(() => this.#down || this.start())
      })
    })
  }

  #hear(child: ChildProcess, line: string, began: number): void {
    if (line === READY) {
      this.ready = true
      this.#readyAt = Date.now()
      this.startMs = this.#readyAt - began
    } else if (line === STOPPING) {
      this.selfStops += 1
      this.#frozenAt = Date.now()
      setTimeout(() => child.kill('SIGCONT'), this.#selfStop())
    } else if (line !== '') this.#overheard(line)
  }

  /** Waits until it listens. */
  async listening(ms: number): Promise<void> {
    const end = Date.now() + ms
    while (!this.ready) {
      if (Date.now() > end) throw new Error(`${this.url} does not listen after ${ms} ms`)
      await wait(20)
    }
  }

  /** Whether it has been at work for so many milliseconds, or longer where it was slow to start. */
  awake(ms: number): boolean {
    // On a machine that has become slow meanwhile it needs as much longer to do anything at all.
    const enough = Math.max(ms, 3 * this.startMs)
    return this.ready && Date.now() - Math.max(this.#readyAt, this.#frozenAt) > enough
  }

  kill(): void {
    this.ready = false
    this.#child?.kill('SIGKILL')
  }

  /** Stops it where it is, for so many milliseconds. */
  freeze(ms: number): void {
    const child = this.#child
    this.#frozenAt = Date.now()
    child?.kill('SIGSTOP')
    setTimeout(() => child?.kill('SIGCONT'), ms)
  }

  /** Kills it, and it stays dead. */
  async end(): Promise<void> {
    this.#down = true
    this.kill()
    await this.#gone
  }
}
