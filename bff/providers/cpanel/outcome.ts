import type { Message } from '../../contract/text.ts'
import type { SendOutcome, StepContext } from '../provider.ts'
import { certaintyOf } from './verdicts.ts'
import type { CallOutcome } from './whm-client.ts'

const MOST_WARNINGS = 5
const LONGEST_WARNING = 300
/** Characters of a line that are looked at: of a line without end, taking the markup off would never end. */
const LOOKED_AT = 4000

/**
 * What a server added to its success, as texts for people: no markup, no control characters, nothing that repeats a
 * secret. Pure.
 */
export function warningsOf(
  warnings: readonly string[],
  secrets: Readonly<Record<string, string>>,
): Message[] {
  const hidden = Object.values(secrets).filter((secret) => secret.length > 3)
  return warnings
    .filter((line) => !hidden.some((secret) => line.includes(secret)))
    .map((line) =>
      line
        .slice(0, LOOKED_AT)
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, LONGEST_WARNING),
    )
    .filter((text) => text !== '')
    .slice(0, MOST_WARNINGS)
    .map((text) => ({ code: 'warning.server', params: { text } }))
}

/** What a changing call came to, for the engine: definite or uncertain by the table, on this attempt. Pure. */
export function sendOutcomeOf(
  outcome: CallOutcome<unknown>,
  { step, secrets }: Pick<StepContext, 'step' | 'secrets'>,
): SendOutcome {
  return outcome.kind === 'done'
    ? { kind: 'done', warnings: warningsOf(outcome.warnings, secrets) }
    : { kind: certaintyOf(outcome.cause, step.attempt), code: outcome.code }
}
