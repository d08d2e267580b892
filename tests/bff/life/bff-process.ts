// A BFF as it runs in production, with durations of seconds where production has minutes: `bff-process.ts SETTINGS`.
import { composeBff } from '../../../bff/compose.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { describeError } from '../../../bff/report.ts'
import { endOnSignals } from '../../../bff/signals.ts'
import { lifeSettingsSchema } from './life-settings.ts'

const settings = lifeSettingsSchema.parse(JSON.parse(process.argv[2] ?? ''))
const say = (line: string) => void process.stdout.write(`${line}\n`)
const report = (error: unknown, about: string) =>
  say(`${about}: ${JSON.stringify(describeError(error))}`)

const bff = await composeBff(
  {
    host: '127.0.0.1',
    port: settings.port,
    publicUrl: settings.publicUrl,
    database: { url: settings.database },
    vaultKeys: settings.vaultKeys,
    allowedHosts: ['localhost'],
    socket: undefined,
    logLevel: 'info',
  },
  {
    provider: createCpanelProvider({ allowedHosts: ['localhost'] }),
    timings: {
      ...PRODUCTION_TIMINGS,
      lease: 2000,
      lease_margin: 1000,
      quarantine: 8000,
      proof_after: [200, 500, 900],
      proof_every: 500,
      proof_apart: 300,
      poll: 50,
    },
    report,
  },
)
await bff.listen()
endOnSignals(bff, settings.ending, {
  info: say,
  warn: say,
  failed: (error) => report(error, 'stopping'),
})
say('ready')
