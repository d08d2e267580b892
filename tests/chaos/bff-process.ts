// A BFF as it runs in production, with time a hundred times faster: `node bff-process.ts SETTINGS.json`.
import { readFileSync, writeSync } from 'node:fs'
import process from 'node:process'
import { composeBff } from '../../bff/compose.ts'
import { createCpanelProvider } from '../../bff/providers/cpanel/cpanel-provider.ts'
import type { ActionDefinition, Provider, StepHandler } from '../../bff/providers/provider.ts'
import { describeError } from '../../bff/report.ts'
import { processSettingsSchema, READY, STOPPING } from './process-settings.ts'
import { Random } from './random.ts'
import { timesOf } from './timings.ts'

const settings = processSettingsSchema.parse(
  JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')),
)
const random = new Random(settings.seed)
const times = timesOf(settings.scale)

/** Written at once: a process that is about to be killed or stopped has no later. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

/** The same step with less patience, whose process stops now and then after the last look at its lease. */
function hurried(step: StepHandler): StepHandler {
  return {
    ...step,
    timeout: times.patience,
    send: (panel, context, departure) =>
      step.send(panel, context, {
        ...departure,
        mayLeave() {
          const may = departure.mayLeave()
          if (may && random.chance(settings.stopsBeforeSending)) {
            say(STOPPING)
            process.kill(process.pid, 'SIGSTOP')
          }
          return may
        },
      }),
  }
}

/** The same action, whose chosen day comes soon. */
function soon(action: ActionDefinition): ActionDefinition {
  if (action.kind === 'read' || action.schedule === undefined) return action
  const { schedule } = action
  return {
    ...action,
    schedule(input) {
      const part = schedule(input)
      return part === undefined ? undefined : { ...part, due_at: Date.now() + times.untilDue }
    },
  }
}

const cpanel = createCpanelProvider({ allowedHosts: ['localhost'], patience: times.patience })
const provider: Provider = {
  ...cpanel,
  actions: cpanel.actions.map(soon),
  steps: Object.fromEntries(
    Object.entries(cpanel.steps).map(([name, step]) => [name, hurried(step)]),
  ),
}

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
    provider,
    timings: times.timings,
    report: (error, about) => say(JSON.stringify({ about, error: describeError(error) })),
  },
)
await bff.listen()
say(READY)
