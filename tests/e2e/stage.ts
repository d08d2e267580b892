import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { Agent, request } from 'undici'
import type { Clock } from '../../bff/contract/clock.ts'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { type Demo, type DemoFacts, startDemo } from '../../bff/demo/start.ts'
import type { World } from '../../bff/demo/whm/world.ts'
import { PRODUCTION_TIMINGS, type Timings } from '../../bff/operations/timings.ts'
import { openBrowser, Person, type PersonOptions } from './person.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Production's durations a hundred times shorter where a story would wait for them. */
export const SHORT: Timings = {
  ...PRODUCTION_TIMINGS,
  quarantine: 6000,
  unprovable_quarantine: 2000,
  proof_after: [200, 500, 900],
  proof_every: 500,
  proof_apart: 300,
  poll: 50,
}

type Envelope = {
  readonly data?: Record<string, unknown>
  readonly metadata: { readonly result: number; readonly reason: string }
}

// Six ports for each process, below those an operating system hands out: stages that open at the same moment must not
// find the same ones free, nor the ones a demo has by itself.
const firstPort = () => 10_000 + (process.pid % 2000) * 10

/** The whole demo, started for one test file, with a browser before it. */
export interface Stage {
  readonly demo: Demo
  readonly facts: DemoFacts
  readonly browser: Browser
  /** Everything the BFF had to report. */
  readonly reports: string[]
  /** Asks the demo's WHM server itself, as root. */
  whm(fn: string, params?: Record<string, string>): Promise<Envelope>
  /** One account as the server tells it; nothing when there is none. */
  account(username: string): Promise<Record<string, unknown> | undefined>
  /** The calls of a function the server received. */
  calls(fn: string): Promise<readonly Record<string, unknown>[]>
  /** Everything the server knows, passwords too. */
  world(): Promise<World>
  faults(list: readonly Record<string, unknown>[]): Promise<void>
  release(): Promise<void>
  /** Asks the BFF as somebody with a token. */
  bff(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  person(options?: PersonOptions): Promise<Person>
  end(): Promise<void>
}

/**
 * @param patience milliseconds after which a call to WHM times out; production's unless told
 * @param clock of the BFF and of the server; the true one unless told
 */
export async function openStage(
  timings: Timings = SHORT,
  patience?: number,
  clock?: Clock,
): Promise<Stage> {
  const built = spawnSync(process.execPath, ['bff/cli/ensure-built.mjs'], { cwd: root })
  if (built.status !== 0) throw new Error(`the elements cannot be built: ${built.stderr}`)
  const data = mkdtempSync(join(tmpdir(), 'stage-'))
  const reports: string[] = []
  const port = await freeInARow(firstPort(), 6)
  const demo = await startDemo({
    port,
    whmPort: port + 5,
    data: join(data, 'demo'),
    widgets: join(root, 'dist/widgets'),
    report: (error, about) => reports.push(`${about}: ${error}`),
    timings,
    ...(patience === undefined ? {} : { patience }),
    ...(clock === undefined ? {} : { clock }),
  })
  const facts = await demo.facts()
  const browser = await openBrowser()
  const agent = new Agent({ connect: { ca: readFileSync(facts.whm.ca, 'utf8') } })
  const control = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    request(`${facts.whm.control}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  const stage: Stage = {
    demo,
    facts,
    browser,
    reports,
    async whm(fn, params = {}) {
      const { body } = await request(`${facts.whm.url}/json-api/${fn}`, {
        method: 'POST',
        dispatcher: agent,
        headers: {
          authorization: `whm root:${facts.whm.token}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({ 'api.version': '1', ...params }).toString(),
      })
      // The server's own conformance suite proves its shapes.
      return (await body.json()) as Envelope
    },
    async account(username) {
      const { data } = await stage.whm('accountsummary', { user: username })
      const list = data?.acct
      return Array.isArray(list) ? list[0] : undefined
    },
    async calls(fn) {
      const { body } = await control('GET', '/journal')
      const journal = (await body.json()) as Record<string, unknown>[]
      return journal.filter((call) => call.function === fn)
    },
    async world() {
      return (await (await control('GET', '/world')).body.json()) as World
    },
    async faults(list) {
      await (await control('PUT', '/faults', list)).body.dump()
    },
    async release() {
      await (await control('POST', '/release')).body.dump()
    },
    bff(token, method, path, body, headers = {}) {
      return fetch(`${facts.bff}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    person: (options) => Person.arrive(browser, options),
    async end() {
      await browser.close()
      await agent.close()
      await demo.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
  return stage
}
