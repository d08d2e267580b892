import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Pool } from 'undici'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { type Figure, figure, percentile } from './measure.ts'
import type { Rig } from './rig.ts'

/** Milliseconds the BFF may add to a read with one connection, p50, with a file (DESIGN §11). */
const BUDGET = 2
/** Reads before anything is timed: a process that just began is no process in operation. */
const WARM_UP = 1_500
const ROUNDS = 4
/** Reads of each way in a round, by number of connections. */
const READS: Readonly<Record<number, number>> = { 1: 250, 32: 1_600 }

/** One way to the same list of packages: one WHM call each. */
interface Way {
  readonly name: string
  readonly pool: Pool
  readonly request: Parameters<Pool['request']>[0]
}

async function ask({ pool, request, name }: Way): Promise<number> {
  const began = performance.now()
  const { statusCode, body } = await pool.request(request)
  await body.text()
  if (statusCode !== 200) throw new Error(`${name}: ${statusCode}`)
  return performance.now() - began
}

/** Milliseconds of `count` reads by `connections` askers at a time. */
async function reads(way: Way, connections: number, count: number): Promise<number[]> {
  const times: number[] = []
  let left = count
  const asker = async () => {
    while (left-- > 0) times.push(await ask(way))
  }
  await Promise.all(Array.from({ length: connections }, asker))
  return times
}

function directly(rig: Rig, connections: number): Way {
  return {
    name: 'WHM directly',
    pool: new Pool(rig.whm.url, { connections, connect: { ca: rig.whm.ca } }),
    request: {
      method: 'POST',
      path: '/json-api/listpkgs',
      headers: {
        authorization: `whm root:${rig.whm.token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'api.version=1&want=creatable',
    },
  }
}

function throughBff(rig: Rig, connections: number): Way {
  return {
    name: 'the BFF',
    pool: new Pool(rig.bff, { connections }),
    request: {
      method: 'GET',
      path: '/v1/services/read/choices/packages',
      headers: { authorization: `Bearer ${rig.token}` },
    },
  }
}

/** The plainest thing one could put in front of WHM. */
interface Nginx {
  readonly url: string
  readonly process: ChildProcess
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1')
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

/** nginx in front of WHM: TLS verified, connections kept; nothing when it is not installed. */
async function startNginx(rig: Rig): Promise<Nginx | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined
  const port = await freeInARow(5710, 1)
  const folder = join(rig.folder, 'nginx')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}-${name};`)
    .join(' ')
  writeFileSync(
    `${folder}.conf`,
    `daemon off; master_process off; pid ${folder}.pid; error_log stderr error;
events {}
http {
  access_log off; ${temporary}
  keepalive_requests 1000000;
  upstream whm { server 127.0.0.1:${new URL(rig.whm.url).port}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass https://whm; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_ssl_verify on; proxy_ssl_trusted_certificate ${rig.whm.caFile}; proxy_ssl_name localhost;
    }
  }
}
`,
  )
  const child = spawn('nginx', ['-e', 'stderr', '-c', `${folder}.conf`], { stdio: 'pipe' })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${complaint}`)
    await setTimeout(20)
  }
  return { url: `http://127.0.0.1:${port}`, process: child }
}

async function compared(ways: readonly Way[], connections: number): Promise<Map<Way, number[]>> {
  const times = new Map<Way, number[]>(ways.map((way) => [way, []]))
  for (const way of ways) await reads(way, connections, WARM_UP)
  // In turns, so that what else the machine does meets all alike.
  for (let round = 0; round < ROUNDS; round++)
    for (const [way, all] of times)
      all.push(...(await reads(way, connections, READS[connections] ?? 0)))
  return times
}

/**
 * A read through the BFF beside the same call of WHM, and beside it through nginx: p50 and p99, one connection and 32.
 * Where nginx is not installed its lines are missing, which is said on standard error.
 */
export async function readLatency(rig: Rig): Promise<Figure[]> {
  await rig.ask('PUT', '/services/read', {
    configuration: rig.configuration,
    domain: 'read.example',
    package: 'starter',
  })
  const nginx = await startNginx(rig)
  if (nginx === undefined)
    process.stderr.write('nginx is not installed: a read through it is left out.\n')
  const figures: Figure[] = []
  for (const connections of [1, 32]) {
    const direct = directly(rig, connections)
    const bff = throughBff(rig, connections)
    const others =
      nginx === undefined
        ? [bff]
        : [bff, { ...direct, name: 'nginx', pool: new Pool(nginx.url, { connections }) }]
    const times = await compared([direct, ...others], connections)
    const of = (way: Way, share: number) => percentile(times.get(way) ?? [], share)
    for (const way of others)
      for (const share of [0.5, 0.99]) {
        const label = `p${share * 100}, c = ${connections}`
        figures.push(
          figure(
            `a read through ${way.name}, ${label}`,
            'ms',
            of(way, share),
            direct.name,
            of(direct, share),
          ),
        )
      }
    if (connections === 1)
      figures.push(
        figure(
          'added to a read by the BFF, p50, c = 1',
          'ms',
          of(bff, 0.5) - of(direct, 0.5),
          'budget',
          BUDGET,
        ),
      )
    for (const { pool } of [direct, ...others]) await pool.close()
  }
  if (nginx !== undefined) {
    nginx.process.kill('SIGTERM')
    await new Promise((resolve) => nginx.process.once('close', resolve))
  }
  return figures
}
