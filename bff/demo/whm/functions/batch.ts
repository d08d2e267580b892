import type { Envelope, WhmFunction } from '../function.ts'
import { done, missing } from '../outcome.ts'
import { flag, readParams } from '../parameters.ts'

const NOTHING = Buffer.alloc(0)

const several: WhmFunction = {
  name: 'batch',
  acl: ['basic-whm-functions'],
  changes: true,
  run(world, call) {
    const commands = call.params.numbered('command')
    if (commands.length === 0) return missing('command')
    const result: Envelope[] = []
    for (const command of commands) {
      const mark = command.indexOf('?')
      const name = mark < 0 ? command : command.slice(0, mark)
      const params = readParams(mark < 0 ? '' : command.slice(mark + 1), NOTHING, '')
      // One level only: a batch in a batch is no function.
      const answer = call.execute(world, name === 'batch' ? 'batch?' : name, params)
      result.push(answer)
      if (Number(answer.metadata.result) !== 1 && flag(call.params, 'abort_on_error')) break
    }
    return done({ data: { result } })
  },
}

/** Several functions in one call. */
export const batch: readonly WhmFunction[] = [several]
