import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { type Bff, composeBff } from './compose.ts'
import { readConfig } from './config.ts'
import { readWidgetFiles } from './http/widget-files.ts'
import { installLastResort } from './last-resort.ts'
import { openLog } from './log-lines.ts'
import { createCpanelProvider } from './providers/cpanel/cpanel-provider.ts'
import { describeError } from './report.ts'
import { endOnSignals } from './signals.ts'

/** How long calls under way are waited for after SIGTERM, in milliseconds. What is cut off stays provable. */
const GRACE = 25_000
/** How long connections are taken after SIGTERM by a process that is not ready any more: balancers look now and then. */
const DRAIN = 5_000

/** How long a line of the log waits for others to be written with, in milliseconds. */
const LINES_WAIT = 250

async function main(): Promise<void> {
  const answer = readConfig(process.env)
  if (!answer.ok) {
    process.stderr.write(
      `The BFF cannot start:\n${answer.problems.map((problem) => `  - ${problem}`).join('\n')}\nThe table in README.md lists every setting.\n`,
    )
    process.exitCode = 2
    return
  }
  const { config } = answer
  // A line per answer is a system call per answer: they are written together, what is left when the process ends too.
  const lines = pino.destination({ sync: false, minLength: 4096, periodicFlush: LINES_WAIT })
  const log = openLog(config.logLevel, lines)
  const report = (error: unknown, about: string) =>
    log.error({ error: describeError(error) }, about)
  let broken = (): void => process.exit(1)
  installLastResort({ report, end: () => broken() })
  const bff = await composeBff(config, {
    provider: createCpanelProvider({ allowedHosts: config.allowedHosts }),
    report,
    answered: (entry) => log.info(entry, 'answered'),
    headSigned: ({ tenant, seq, jws }) => log.info({ tenant, seq, head: jws }, 'log signed'),
    turnedAway: (entry) =>
      log[entry.code === 'token_missing' ? 'debug' : 'info'](entry, 'not let in'),
    widgets: readWidgetFiles(fileURLToPath(new URL('../widgets', import.meta.url))),
  })
  broken = () => endBroken(bff, report)
  const { url, port } = await bff.listen()
  if (config.trustedProxies === undefined)
    log.warn(
      {},
      'PROVISION_TRUSTED_PROXIES is not set: callers behind a proxy look alike, so nobody is held back for tokens that do not verify',
    )
  log.info({ url, listen: `${config.host}:${port}` }, 'ready')

  endOnSignals(
    bff,
    { drain: DRAIN, grace: GRACE },
    {
      info: (message) => log.info({}, message),
      warn: (message) => log.warn({}, message),
      failed: (error) => report(error, 'stopping'),
    },
  )
}

/** After an exception nobody caught: what is under way is waited for, nobody new is let in, and the exit tells. */
function endBroken(bff: Bff, report: (error: unknown, about: string) => void): void {
  bff
    .close({ drain: 0, grace: GRACE })
    .catch((error: unknown) => report(error, 'stopping'))
    .finally(() => process.exit(1))
}

main().catch((error: unknown) => {
  const { code, message } = describeError(error)
  process.stderr.write(
    `The BFF cannot start: ${message}${code === undefined ? '' : ` (${code})`}.\n`,
  )
  // What is wrong with the keys is wrong with the settings.
  process.exitCode = code?.startsWith('vault_keys_') === true ? 2 : 1
})
