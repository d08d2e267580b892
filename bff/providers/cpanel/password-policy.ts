import type { PasswordPolicy } from '../../contract/resources.ts'
import type { Answer } from '../provider.ts'
import { answerOf } from './account.ts'
import { strengthsData } from './functions.ts'
import { VERDICTS } from './verdicts.ts'
import type { Failed, WhmClient } from './whm-client.ts'

const NONE_KNOWN: PasswordPolicy = { create: null, change: null }

function strength(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && value >= 0 && value <= 100 ? value : null
}

/** How strong passwords must be, 0 to 100; a server that does not tell this token has none we know of. */
export async function readPasswordPolicy(client: WhmClient): Promise<Answer<PasswordPolicy>> {
  const outcome = await client.ask('getminimumpasswordstrengths', {}, strengthsData)
  if (outcome.kind !== 'done' && isAnswer(outcome)) return { ok: true, value: NONE_KNOWN }
  return answerOf(outcome, ({ createacct, passwd }) => ({
    create: strength(createacct),
    change: strength(passwd),
  }))
}

/** The server was there and did not tell. */
function isAnswer({ code, cause }: Failed): boolean {
  return !VERDICTS[cause].transport || code === 'answer_unusable'
}
