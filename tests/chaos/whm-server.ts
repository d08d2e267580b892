import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Chance, ChaosOrder } from '../../bff/demo/whm/chaos.ts'
import { Program } from '../bff/cli/processes.ts'
import type { ServerCall } from './history.ts'
import type { ChaosTimes } from './timings.ts'

const recordSchema = z.object({
  function: z.string(),
  account: z.string().nullable(),
  uid: z.number().nullable(),
  arrived_at: z.number(),
  carried_out_at: z.number().nullable(),
  until: z.number(),
  changed: z.boolean(),
  fault: z.string().nullable(),
})

const worldSchema = z.object({
  accounts: z.record(
    z.string(),
    z.object({
      domain: z.string(),
      package: z.string(),
      uid: z.number(),
      suspended: z.unknown().nullable(),
    }),
  ),
  passwords: z.record(z.string(), z.string()),
})
export type FinalWorld = z.infer<typeof worldSchema>

/** Late answers wait beyond our patience; with the call's own duration they end within the server's longest run. Pure. */
function chancesOf({ patience, longestRun }: ChaosTimes): Chance[] {
  const latest = longestRun - 200
  const late = [patience + 100, latest] as const
  return [
    { probability: 0.06, fault: { kind: 'cut_before' } },
    { probability: 0.07, fault: { kind: 'cut_after' } },
    { probability: 0.05, fault: { kind: 'change_after_cut' }, ms: [100, latest] },
    { probability: 0.03, fault: { kind: 'delay' }, ms: late },
    { probability: 0.02, fault: { kind: 'status', status: 503 } },
    { probability: 0.02, fault: { kind: 'status', status: 503, applied: true } },
    { probability: 0.02, fault: { kind: 'cut_half_body' } },
    { probability: 0.01, fault: { kind: 'html_200' } },
    { probability: 0.01, fault: { kind: 'html_200', applied: true } },
    { probability: 0.01, fault: { kind: 'disk_full' } },
    { probability: 0.01, fault: { kind: 'disk_full', applied: true } },
    { probability: 0.004, calls: 'reading', fault: { kind: 'cut_before' } },
    { probability: 0.004, calls: 'reading', fault: { kind: 'status', status: 503 } },
    { probability: 0.002, calls: 'reading', fault: { kind: 'html_200' } },
    { probability: 0.002, calls: 'reading', fault: { kind: 'delay' }, ms: late },
  ]
}

/** A demo WHM server in a process of its own, having bad days, with its journal as the truth. */
export class WhmServer {
  readonly name: string
  readonly port: number
  readonly token: string
  readonly ca: string
  readonly #program: Program
  readonly #control: string
  readonly #journal: string

  private constructor(name: string, program: Program, journal: string) {
    const told = (what: string) => new RegExp(`^${what} +(\\S+)`, 'm').exec(program.out)?.[1] ?? ''
    this.name = name
    this.#program = program
    this.#journal = journal
    this.#control = told('control')
    this.port = Number(new URL(told('url')).port)
    this.token = told('token')
    this.ca = readFileSync(told('ca'), 'utf8')
  }

  static async start(name: string, bundle: string, folder: string): Promise<WhmServer> {
    const data = join(folder, name)
    const journal = join(folder, `${name}.jsonl`)
    const args = ['--port', '0', '--control-port', '0', '--data', data, '--journal', journal]
    const program = new Program(bundle, args, {})
    process.once('exit', () => program.signal('SIGKILL'))
    await program.says('Stop with')
    return new WhmServer(name, program, journal)
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} of ${this.name}: ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }

  async badDays(seed: number, times: ChaosTimes): Promise<void> {
    const order: ChaosOrder = {
      seed,
      duration: { changing: [20, 150], reading: [1, 8] },
      chances: chancesOf(times),
    }
    const { chances, ...rest } = order
    // On the wire the fault's own words stand beside those of the chance.
    await this.#ask('PUT', '/chaos', {
      ...rest,
      chances: chances.map(({ fault, ...chance }) => ({ ...chance, ...fault })),
    })
  }

  async goodDays(): Promise<void> {
    await this.#ask('DELETE', '/chaos')
  }

  async world(): Promise<FinalWorld> {
    return worldSchema.parse(await this.#ask('GET', '/world'))
  }

  /** Every call that may have changed something, so far. */
  calls(): (ServerCall & { readonly fault: string | null })[] {
    let text: string
    try {
      text = readFileSync(this.#journal, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { account, uid, ...record } = recordSchema.parse(JSON.parse(line))
        return { ...record, server: this.name, account: account ?? '', identity: uid }
      })
  }

  async end(): Promise<void> {
    this.#program.signal('SIGKILL')
    await this.#program.ended
  }
}
