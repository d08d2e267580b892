import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Section } from './output-in-turn.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

// A suite that says nothing for so long hangs on an open handle; it is ended and counts as failed.
const SILENCE_MS = 5 * 60_000

// As it was given: the bundler, once used, declares its process one of production.
const given: NodeJS.ProcessEnv = { ...process.env }

const running = new Set<number>()

/** Ends what a suite started and left behind: each suite has a process group of its own. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}

/** How a suite's process ended. */
export interface Ending {
  ok: boolean
  /** Why it is not ok, in words. */
  reason: string
}

/** Ends every suite that runs. */
export function endSuites(): void {
  for (const pid of running) endGroup(pid)
}

/** Runs a suite's command to its end, or until it has been silent for five minutes. */
export function runCommand(
  command: readonly string[],
  env: Record<string, string>,
  section: Section,
): Promise<Ending> {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...given, ...env },
    })
    const { pid } = child
    if (pid !== undefined) running.add(pid)
    let silent = false
    let timer: NodeJS.Timeout | undefined
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        silent = true
        if (pid !== undefined) endGroup(pid)
      }, SILENCE_MS)
    }
    heard()
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        heard()
        section.write(chunk)
      })
    const done = (ending: Ending) => {
      clearTimeout(timer)
      if (pid !== undefined) {
        running.delete(pid)
        endGroup(pid)
      }
      resolve(ending)
    }
    child.on('error', (error) => done({ ok: false, reason: `cannot start: ${error.message}` }))
    // `exit`, not `close`: a process the suite left behind would keep the pipes open for ever.
    child.on('exit', (code, signal) => {
      const reason = silent
        ? `silent for ${SILENCE_MS / 60_000} minutes, ended`
        : `ended with ${code ?? signal}`
      setImmediate(() => done({ ok: code === 0, reason }))
    })
  })
}
