import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import type { z } from 'zod'
import { type Figure, figure } from './measure.ts'
import {
  type Ask,
  ISSUER,
  type Measured,
  measuredSchema,
  memorySchema,
  PUBLIC_URL,
  portsSchema,
  serviceName,
} from './streams-protocol.ts'

const STREAMS = 1000
/** Each is watched by ten. */
const SERVICES = 100
const PER_SECOND = 100
/** Milliseconds each measurement takes, and how long everybody rests before it. */
const LONG = 10_000
const REST = 1500

/** The process with everything measured in it. */
class Measuring {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #pair: GenerateKeyPairResult
  ports = { feed: 0, bare: 0 }

  private constructor(child: ChildProcess, folder: string, pair: GenerateKeyPairResult) {
    this.#child = child
    this.#folder = folder
    this.#pair = pair
  }

  static async start(): Promise<Measuring> {
    const folder = mkdtempSync(join(tmpdir(), 'provision-streams-'))
    const pair = await generateKeyPair('ES256')
    const settings = {
      database: `file:${join(folder, 'provision.db')}`,
      vaultKeys: `bench:${randomBytes(32).toString('base64')}`,
      jwk: JSON.stringify(await exportJWK(pair.publicKey)),
      services: SERVICES,
    }
    const program = fileURLToPath(new URL('./streams-process.ts', import.meta.url))
    const child = fork(program, [JSON.stringify(settings)], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
    })
    const measuring = new Measuring(child, folder, pair)
    measuring.ports = await measuring.#answer(portsSchema)
    return measuring
  }

  #answer<T>(schema: z.ZodType<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the measured process ended'))
      this.#child.once('exit', ended)
      this.#child.once('message', (message) => {
        this.#child.off('exit', ended)
        resolve(schema.parse(message))
      })
    })
  }

  async #ask<T>(ask: Ask, schema: z.ZodType<T>): Promise<T> {
    const answer = this.#answer(schema)
    this.#child.send(ask)
    return answer
  }

  /** Bytes the process holds, after everything that can go has gone. */
  async memory(): Promise<number> {
    await wait(REST)
    return (await this.#ask({ kind: 'memory' }, memorySchema)).rss
  }

  async during(per_second: number): Promise<Measured> {
    await wait(REST)
    await this.#ask({ kind: 'begin', per_second }, measuredSchema.partial())
    await wait(LONG)
    return this.#ask({ kind: 'end' }, measuredSchema)
  }

  /** One token is good for as many streams as a subject may have. */
  async token(place: number): Promise<string> {
    return new SignJWT({ client_id: 'bench', role: 'staff', scope: 'services:read' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(PUBLIC_URL)
      .setSubject(`somebody-${place}`)
      .setJti(`bench-${place}`)
      .setIssuedAt()
      .setExpirationTime('14m')
      .sign(this.#pair.privateKey)
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

interface Streams {
  /** Blocks all of them have received together. */
  readonly blocks: () => number
  close(): Promise<void>
}

/** Opens one stream and waits for its first block; everything after is counted and thrown away. */
function open(port: number, path: string, token: string, count: (blocks: number) => void) {
  return new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let head = ''
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`,
    )
    socket.setEncoding('latin1')
    socket.once('error', reject)
    socket.on('data', (text: string) => {
      if (head.includes('retry: ')) count(text.split('event: ').length - 1)
      else {
        head += text
        if (head.includes('retry: ')) resolve(socket)
        else if (!head.startsWith('HTTP/1.1 200')) reject(new Error(head))
      }
    })
  })
}

async function openAll(port: number, pathOf: (i: number) => string, tokens: readonly string[]) {
  let blocks = 0
  const sockets: Socket[] = []
  for (let i = 0; i < STREAMS; i += 20)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, (_, j) =>
          open(port, pathOf(i + j), tokens[(i + j) % tokens.length] ?? '', (more) => {
            blocks += more
          }),
        ),
      )),
    )
  const streams: Streams = {
    blocks: () => blocks,
    async close() {
      const closed = sockets.map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      )
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
  return streams
}

interface Cost {
  /** Bytes per stream. */
  readonly memory: number
  readonly idle: Measured
  readonly busy: Measured
}

/** What so many streams cost a process. @throws Error when one of them missed something */
async function costOf(pathOf: (i: number) => string, which: 'feed' | 'bare'): Promise<Cost> {
  const measuring = await Measuring.start()
  try {
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => measuring.token(i)))
    const before = await measuring.memory()
    const streams = await openAll(measuring.ports[which], pathOf, tokens)
    const memory = ((await measuring.memory()) - before) / STREAMS
    const idle = await measuring.during(0)
    const busy = await measuring.during(PER_SECOND)
    await wait(REST)
    // Timers of a busy machine fire late: fewer changes, but whoever watched one was told of it.
    const told = streams.blocks()
    if (told === 0 || told % (STREAMS / SERVICES) !== 0)
      throw new Error(`streams of the ${which} received ${told} events`)
    await streams.close()
    return { memory, idle, busy }
  } finally {
    await measuring.end()
  }
}

/** What 1,000 open streams cost one process: beside as many of a bare node:http server in a process like it. */
export async function costOfStreams(): Promise<Figure[]> {
  const service = (i: number) => serviceName(i % SERVICES)
  const feed = await costOf((i) => `/v1/services/${service(i)}/events`, 'feed')
  const bare = await costOf((i) => `/${service(i)}`, 'bare')
  const against = `${STREAMS} of bare node:http`
  const of = `${STREAMS} streams of the feed`
  const made = [feed, bare].map(({ busy }) => Math.round(busy.changes_per_s))
  const busy = `while ${made.join(' and ')} changes/s`
  return [
    figure(`${of}, memory each`, 'kB', feed.memory / 1000, against, bare.memory / 1000),
    figure(`${of}, CPU idle`, 'ms/s', feed.idle.cpu_ms_per_s, against, bare.idle.cpu_ms_per_s),
    figure(`${of}, CPU ${busy}`, 'ms/s', feed.busy.cpu_ms_per_s, against, bare.busy.cpu_ms_per_s),
    figure(
      `${of}, event-loop delay idle, p99`,
      'ms',
      feed.idle.delay_p99_ms,
      against,
      bare.idle.delay_p99_ms,
    ),
    figure(
      `${of}, event-loop delay ${busy}, p99`,
      'ms',
      feed.busy.delay_p99_ms,
      against,
      bare.busy.delay_p99_ms,
    ),
  ]
}
