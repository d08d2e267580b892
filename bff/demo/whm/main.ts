// Starts the server that answers like WHM alone: `node --import tsx bff/demo/whm/main.ts --port 2087 --data DIR --host NAME`
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { LIMITED_TOKEN, RESELLER_TOKEN, ROOT_TOKEN } from './sample.ts'
import { startWhm, type WhmOptions } from './server.ts'

const USAGE = `Starts a server that answers like WHM, with a sample world, on this machine only.

  --port N           port of the API, HTTPS (2087)
  --control-port N   port of the control address, HTTP (2088)
  --data DIR         keeps state and certificate there (.provision-demo/whm)
  --journal FILE     appends every call that may change something, one JSON object a line (none)
  --host NAME        one more name in the certificate; may be repeated (whm.demo.test)
  --help             this text
`

function portFrom(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`“${text}” is not a port.`)
}

/** Written before the next call is looked at: whoever reads the file knows all that was done. */
function appendedTo(file: string): NonNullable<WhmOptions['told']> {
  return (record) => appendFileSync(file, `${JSON.stringify(record)}\n`)
}

function read(): { readonly options: WhmOptions; readonly data: string } | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '2087' },
      'control-port': { type: 'string', default: '2088' },
      data: { type: 'string', default: '.provision-demo/whm' },
      journal: { type: 'string' },
      host: { type: 'string', multiple: true, default: ['whm.demo.test'] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const options = {
    port: portFrom(values.port),
    controlPort: portFrom(values['control-port']),
    dataDir: values.data,
    hostNames: values.host,
    ...(values.journal === undefined ? {} : { told: appendedTo(values.journal) }),
  }
  return { options, data: values.data }
}

async function main(): Promise<void> {
  const wanted = read()
  if (wanted === undefined) {
    process.stdout.write(USAGE)
    return
  }
  const whm = await startWhm(wanted.options)
  const caPath = join(wanted.data, 'whm-ca.pem')
  writeFileSync(caPath, whm.ca)
  process.stdout.write(
    [
      `url       ${whm.url}`,
      `control   ${whm.controlUrl}`,
      'user      root',
      `token     ${ROOT_TOKEN}`,
      `reading   ${LIMITED_TOKEN} (user root)`,
      `reseller  ${RESELLER_TOKEN} (user harbour)`,
      `ca        ${caPath}`,
      `pin       ${whm.fingerprint}`,
      '',
      'Stop with Ctrl-C.',
      '',
    ].join('\n'),
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void whm.close())
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
})
