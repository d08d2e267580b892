import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import type { DemoFacts } from '../../bff/demo/start.ts'
import type { World } from '../../bff/demo/whm/world.ts'
import { Program } from '../bff/cli/processes.ts'
import { openBrowser, Person } from './person.ts'
import { Watch } from './watch.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// What the demo keeps for its other halves: the WHM server's own state and key, and the keys a customer would keep in
// an environment variable and in the host's own back end. None of them is the BFF's.
const OTHERS = ['whm-state.json', 'whm-certificate.json', 'demo.json']

/** The demo as its users run it, a process of its own, with a browser whose traffic is noted. */
export class WatchedDemo {
  readonly program: Program
  readonly facts: DemoFacts
  readonly browser: Browser
  readonly watch: Watch
  readonly #folder: string
  #stopped: Promise<void> | undefined

  private constructor(program: Program, facts: DemoFacts, browser: Browser, folder: string) {
    this.program = program
    this.facts = facts
    this.browser = browser
    this.watch = new Watch(facts.whm.url)
    this.#folder = folder
  }

  static async start(): Promise<WatchedDemo> {
    const built = spawnSync(process.execPath, ['bff/cli/ensure-built.mjs'], { cwd: root })
    if (built.status !== 0) throw new Error(`the elements cannot be built: ${built.stderr}`)
    const folder = mkdtempSync(join(tmpdir(), 'canary-'))
    const whm = String(await freeInARow(5600, 1))
    const port = String(await freeInARow(5610, 5))
    const data = join(folder, 'demo')
    const args = ['--json', '--data', data, '--port', port, '--whm-port', whm]
    const program = new Program('bff/cli/demo.ts', args, {})
    await program.says('}\n')
    // Its one line on standard output is documented in `DemoFacts`.
    const facts = JSON.parse(program.out) as DemoFacts
    return new WatchedDemo(program, facts, await openBrowser(), data)
  }

  async person(): Promise<Person> {
    const person = await Person.arrive(this.browser)
    await this.watch.over(person.page)
    return person
  }

  /** What the process said, but for the one line that `--json` promises, tokens and all. */
  get said(): string {
    const promised = this.program.out.indexOf('\n') + 1
    return `${this.program.out.slice(promised)}\n${this.program.err}`
  }

  /** Every file the BFF writes, as another process sees it. */
  files(): string {
    return readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !OTHERS.includes(entry.name))
      .map(({ name }) => readFileSync(join(this.#folder, name)).toString('latin1'))
      .join('\n')
  }

  /** Names of the files that are searched. */
  fileNames(): string[] {
    return readdirSync(this.#folder).filter((name) => !OTHERS.includes(name))
  }

  /** The two keys: what seals, and what the host signs with. */
  keys(): { readonly vault: string; readonly signing: string } {
    // Written by the demo itself.
    const kept = JSON.parse(readFileSync(join(this.#folder, 'demo.json'), 'utf8')) as {
      readonly vault_keys: string
      readonly signing_key: { readonly d: string }
    }
    return { vault: kept.vault_keys.slice('demo:'.length), signing: kept.signing_key.d }
  }

  /** As the form for a server wants it. */
  fingerprint(): string {
    return new X509Certificate(readFileSync(this.facts.whm.ca)).fingerprint256
  }

  async world(): Promise<World> {
    const answer = await fetch(`${this.facts.whm.control}/world`)
    return (await answer.json()) as World
  }

  async faults(list: readonly Record<string, unknown>[]): Promise<void> {
    const body = JSON.stringify(list)
    await fetch(`${this.facts.whm.control}/faults`, { method: 'PUT', body })
  }

  /** Stops it as a person does; its files stay. Once stopped, it stays so. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.browser.close()
    this.program.signal('SIGINT')
    await this.program.ended
  }

  erase(): void {
    rmSync(join(this.#folder, '..'), { recursive: true, force: true })
  }
}
