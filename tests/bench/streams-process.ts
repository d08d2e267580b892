// The measured process of `streams.ts`: a whole BFF and, beside it, a bare node:http server that keeps streams open.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import { composeBff } from '../../bff/compose.ts'
import { serviceInserted } from '../../db/services.ts'
import { tenantInserted } from '../../db/tenants.ts'
import { ServerInMemory } from '../bff/panel-in-memory.ts'
import { tenantId } from '../tenant-id.ts'
import { askSchema, ISSUER, type Measured, PUBLIC_URL, serviceName } from './streams-protocol.ts'

const settings = z
  .strictObject({
    database: z.string(),
    vaultKeys: z.string(),
    jwk: z.string(),
    services: z.number(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

const bff = await composeBff(
  {
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    database: { url: settings.database },
    vaultKeys: settings.vaultKeys,
    allowedHosts: [],
    socket: undefined,
    logLevel: 'silent',
  },
  {
    provider: new ServerInMemory().provider,
    report: (error, about) => process.stderr.write(`${about}: ${String(error)}\n`),
  },
)
const { db } = bff.rooms
const names = Array.from({ length: settings.services }, (_, i) => serviceName(i))
await db.write([
  tenantInserted(db, {
    limits: '{"token":10000000,"service":10000000,"tenant":10000000}',
    id: tenantId('ten_1'),
    label: 'Bench',
    issuer: ISSUER,
    algorithms: '["ES256"]',
    jwks: JSON.stringify({ keys: [JSON.parse(settings.jwk)] }),
    origins: '[]',
    created_at: 1,
  }),
  ...names.map((id) => serviceInserted({ id, tenant: tenantId('ten_1'), since: 1, created_at: 1 })),
])
const { port } = await bff.listen()

/** What the feed is compared with: it knows nothing, and writes to whoever is there. */
const bare = new Map<string, Set<ServerResponse>>(names.map((name) => [name, new Set()]))
const server = createServer((request, response) => {
  const readers = bare.get(request.url?.slice(1) ?? '')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('retry: 2000\nid: 1\n\n')
  readers?.add(response)
  response.once('close', () => readers?.delete(response))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))

let at = 0
/** Changes one service after the other; their bare readers are told by hand. */
async function change(): Promise<void> {
  at += 1
  const name = names[at % names.length] ?? ''
  await db.write([{ sql: 'UPDATE service SET version = version + 1 WHERE id = ?', args: [name] }])
  for (const response of bare.get(name) ?? [])
    response.write(`id: ${at}\nevent: service\ndata: {"id":"${name}","version":${at}}\n\n`)
}

let asked = 0
/** A timer of a busy machine fires late: what is due by now is made up for. */
function keepUp(per_second: number): void {
  const due = ((performance.now() - began) / 1000) * per_second
  for (; asked < due; asked += 1) void change()
}

const delay = monitorEventLoopDelay({ resolution: 5 })
let began = 0
let from = 0
let cpu = process.cpuUsage()
let timer: NodeJS.Timeout | undefined

function measured(): Measured {
  const { user, system } = process.cpuUsage(cpu)
  return {
    cpu_ms_per_s: (user + system) / (performance.now() - began),
    delay_p99_ms: delay.percentile(99) / 1e6,
    changes_per_s: ((at - from) / (performance.now() - began)) * 1000,
  }
}

function memory(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  return process.memoryUsage().rss
}

process.on('message', (message) => {
  const ask = askSchema.parse(message)
  switch (ask.kind) {
    case 'memory':
      process.send?.({ rss: memory() })
      return
    case 'begin':
      delay.reset()
      delay.enable()
      began = performance.now()
      from = at
      asked = 0
      cpu = process.cpuUsage()
      if (ask.per_second > 0) timer = setInterval(() => keepUp(ask.per_second), 10)
      process.send?.({})
      return
    case 'end':
      clearInterval(timer)
      delay.disable()
      process.send?.(measured())
      return
  }
})
process.send?.({ feed: port, bare: (server.address() as AddressInfo).port })
