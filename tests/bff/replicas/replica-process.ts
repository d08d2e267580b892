// One of several replicas, as in production but with time some hundred times faster:
// `node replica-process.ts '{"port": …}'`.
import { writeSync } from 'node:fs'
import process from 'node:process'
import { composeBff } from '../../../bff/compose.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { describeError } from '../../../bff/report.ts'
import { BOUND, replicaSettingsSchema } from './replica-settings.ts'

const settings = replicaSettingsSchema.parse(JSON.parse(process.argv[2] ?? ''))

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
    // A machine whose clock nobody set.
    clock: { now: () => Date.now() + settings.clockOffset },
    timings: {
      ...PRODUCTION_TIMINGS,
      writes_per_server: BOUND,
      proof_after: [300, 700, 1200],
      proof_every: 1000,
      proof_apart: 400,
      busy_every: 100,
      due_every: 200,
      poll: 50,
    },
    report: (error, about) =>
      writeSync(1, `${JSON.stringify({ about, error: describeError(error) })}\n`),
  },
)
await bff.listen()
writeSync(1, 'ready\n')
