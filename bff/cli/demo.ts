import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startDemo } from '../demo/start.ts'
import { describeError } from '../report.ts'

const USAGE = `npm run demo -- [--fresh] [--data DIR] [--port PORT] [--whm-port PORT] [--json]

  --fresh          forget everything an earlier run kept, and start over
  --data DIR       keep it there instead of in .provision-demo
  --port PORT      the BFF's port; the admin and the client area take the two above it
  --whm-port PORT  the port of the server that answers like WHM; 2087 unless it is taken
  --json           print one line of JSON once everything is ready, and nothing else on standard output
`

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_530)
    throw new Error(`${value} is no port: give a number from 1 to 65530.`)
  return port
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean' },
      data: { type: 'string' },
      port: { type: 'string' },
      'whm-port': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const port = portOf(values.port)
  const whmPort = portOf(values['whm-port'])
  return {
    help: values.help === true,
    json: values.json === true,
    fresh: values.fresh === true,
    data: values.data ?? fileURLToPath(new URL('../../.provision-demo', import.meta.url)),
    ...(port === undefined ? {} : { port }),
    ...(whmPort === undefined ? {} : { whmPort }),
  }
}

async function main(): Promise<void> {
  let options: ReturnType<typeof readOptions>
  try {
    options = readOptions()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : ''}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  if (options.help) {
    process.stdout.write(USAGE)
    return
  }
  const demo = await startDemo({
    ...options,
    widgets: fileURLToPath(new URL('../../dist/widgets', import.meta.url)),
    report: (error, about) =>
      process.stderr.write(`${about}: ${JSON.stringify(describeError(error))}\n`),
  })
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    demo.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`It did not stop cleanly: ${describeError(error).message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  const facts = await demo.facts()
  process.stdout.write(
    options.json
      ? `${JSON.stringify(facts)}\n`
      : `
  Admin        ${facts.admin}
  Client area  ${facts.client}

  BFF          ${facts.bff}
  WHM          ${facts.whm.url}   faults, journal: ${facts.whm.control}
  Data         ${options.data}

  Ctrl-C stops it; the next run goes on where this one ended.
`,
  )
}

main().catch((error: unknown) => {
  const { name, code, message } = describeError(error)
  process.stderr.write(
    name === 'DatabaseOwned' || name === 'DemoRunning'
      ? 'This demo is running already. Stop it, or start another with --data DIR.\n'
      : `The demo cannot start: ${message}${code === undefined ? '' : ` (${code})`}.\n`,
  )
  process.exit(1)
})
