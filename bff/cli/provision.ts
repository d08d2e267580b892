import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { commands, USAGE } from './operator-commands.ts'
import { OperatorDoor } from './operator-door.ts'

/** `provision …`: what the operator does from a terminal. Exits 0 when done, 1 when refused, 2 when misused. */
async function main(args: readonly string[]): Promise<number> {
  const [noun = '', verb = ''] = args
  if (noun === 'key') {
    const id = new Date().toISOString().slice(0, 10).replaceAll('-', '')
    process.stdout.write(`k${id}:${randomBytes(32).toString('base64')}\n`)
    return 0
  }
  const command = commands.find(({ name }) => name === `${noun} ${verb}` || name === noun)
  if (command === undefined) {
    const asked = noun === '' || noun === 'help' || noun === '--help'
    ;(asked ? process.stdout : process.stderr).write(USAGE)
    return asked ? 0 : 2
  }
  const request = await command.read(args.slice(command.name.split(' ').length))
  if ('misused' in request) {
    process.stderr.write(`${request.misused}\n\n${USAGE}`)
    return 2
  }
  if ('local' in request) {
    const body = await request.local()
    process.stdout.write(request.json ? `${JSON.stringify(body)}\n` : command.show(body))
    return command.failed?.(body) === true ? 1 : 0
  }
  const door = await OperatorDoor.find(process.env)
  if ('problems' in door) {
    process.stderr.write(`${door.problems.join('\n')}\n`)
    return 2
  }
  try {
    const answer = await door.ask(request)
    if (answer.ok) {
      process.stdout.write(
        request.json ? `${JSON.stringify(answer.body)}\n` : command.show(answer.body),
      )
      return command.failed?.(answer.body) === true ? 1 : 0
    }
    process.stderr.write(
      `Nothing was changed.\n${answer.errors
        .map(({ pointer, message }) => `  ${pointer.slice(1) || 'it'}: ${message}\n`)
        .join('')}`,
    )
    return 1
  } finally {
    await door.close()
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const owned = error instanceof Error && error.name === 'DatabaseOwned'
    process.stderr.write(
      owned
        ? 'Another process has the database open, and no running BFF answers at its socket. Stop it, or set PROVISION_SOCKET to where the BFF listens.\n'
        : `It did not work: ${error instanceof Error ? error.message : 'unknown fault'}\n`,
    )
    process.exitCode = 1
  },
)
