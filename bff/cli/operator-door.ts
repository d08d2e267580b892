import { existsSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import process from 'node:process'
import { z } from 'zod'
import { openRooms } from '../compose.ts'
import { readStorage } from '../config.ts'
import { operatorApp } from '../http/operator/operator.ts'
import { createCpanelProvider } from '../providers/cpanel/cpanel-provider.ts'
import { describeError } from '../report.ts'
import type { OperatorRequest } from './commands/command.ts'

const refusalSchema = z.object({
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
})

export type OperatorAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly errors: z.infer<typeof refusalSchema>['errors'] }

type Raw = { readonly status: number; readonly text: string }
type Carry = (request: OperatorRequest) => Promise<Raw>

function overSocket(socketPath: string): Carry {
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const call = httpRequest(
        {
          socketPath,
          method,
          path,
          headers: {
            host: 'localhost',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          )
          response.on('error', reject)
        },
      )
      call.on('error', reject)
      call.end(body === undefined ? undefined : JSON.stringify(body))
    })
}

async function answers(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return false
  try {
    await overSocket(socketPath)({ method: 'GET', path: '/tenants', json: true })
    return true
  } catch {
    // A socket left behind by a process that is gone: the database is idle.
    return false
  }
}

/** The way to the operator's verbs: a running BFF's socket, or the database itself while nobody has it open. */
export class OperatorDoor {
  readonly #carry: Carry
  readonly #close: () => Promise<void>

  private constructor(carry: Carry, close: () => Promise<void>) {
    this.#carry = carry
    this.#close = close
  }

  /** @returns the problems of the environment, in sentences. @throws {DatabaseOwned} the file is open elsewhere */
  static async find(
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<OperatorDoor | { readonly problems: readonly string[] }> {
    const problems: string[] = []
    const storage = readStorage(env, problems)
    if (storage.socket !== undefined && (await answers(storage.socket)))
      return new OperatorDoor(overSocket(storage.socket), async () => undefined)
    if (problems.length > 0) return { problems }
    const report = (error: unknown, about: string) =>
      process.stderr.write(`${about}: ${describeError(error).message}\n`)
    const rooms = await openRooms(storage, {
      provider: createCpanelProvider({ allowedHosts: storage.allowedHosts }),
      report,
    })
    const app = operatorApp(
      { ...rooms.configurations, vault: rooms.vault },
      { changed: () => undefined, report },
    )
    return new OperatorDoor(
      async ({ method, path, body }) => {
        const response = await app.request(path, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
        return { status: response.status, text: await response.text() }
      },
      () => rooms.close(),
    )
  }

  async ask(request: OperatorRequest): Promise<OperatorAnswer> {
    const { status, text } = await this.#carry(request)
    const body: unknown = JSON.parse(text)
    if (status < 300) return { ok: true, body }
    return { ok: false, errors: refusalSchema.parse(body).errors }
  }

  async close(): Promise<void> {
    await this.#close()
  }
}
