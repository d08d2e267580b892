// A process with the last handlers of the BFF, in which what the first argument names goes wrong.
import { installLastResort } from '../../bff/last-resort.ts'
import { describeError } from '../../bff/report.ts'

const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

installLastResort({
  report: (error, about) => say({ about, error: describeError(error) }),
  end() {
    say('ends')
    setImmediate(() => {
      throw new Error('one more')
    })
    setImmediate(() => setImmediate(() => process.exit(1)))
  },
})

/** As drizzle throws: the statement and its parameters are in the message. */
class QueryFailed extends Error {
  readonly params = ['SECRET-IN-PARAMETERS']
  constructor() {
    super('Failed query: update "operation" set "secrets" = ? params: SECRET-IN-PARAMETERS')
  }
}

if (process.argv[2] === 'rejection') {
  void Promise.reject(new QueryFailed())
  setImmediate(() => setImmediate(() => say('goes on')))
} else {
  setImmediate(() => {
    throw new QueryFailed()
  })
}
