import { z } from 'zod'
import type { StepRow } from '../../db/operations.ts'
import { attentionStatements } from './finish.ts'
import { stepMove } from './moves.ts'
import { decide, type SeenProof } from './proof-schedule.ts'
import { stepSucceeded, toPerson } from './settle-step.ts'
import { stopAt } from './stop.ts'
import { handlerOf, stepContext, type Turn, writeHeld } from './turn.ts'
import { checkingStep } from './waiting.ts'

const seenSchema: z.ZodType<SeenProof> = z.object({
  kind: z.enum(['done', 'absent', 'foreign', 'changed']),
  evidence: z.string(),
  at: z.number(),
})

/** One read-back of an uncertain step. */
export async function readBack(turn: Turn, step: StepRow): Promise<'go_on' | 'stopped'> {
  const { deps, operation } = turn
  const handler = handlerOf(turn, step)
  if (handler.proof === 'never') return toPerson(turn, step)
  const verdict = await handler.prove(turn.panel, stepContext(turn, step, {}))
  const now = deps.clock.now()
  const seen = step.last_proof === null ? null : seenSchema.parse(JSON.parse(step.last_proof))
  const decision = decide(
    {
      sent_at: step.sent_at ?? now,
      quarantine_until: step.quarantine_until ?? now,
      attempt: step.attempt,
      seen,
      cancel_wanted: operation.cancel_wanted,
      readable: handler.proof === 'by_reading',
    },
    verdict,
    now,
    deps.timings,
  )
  switch (decision.kind) {
    case 'wait':
      await writeHeld(
        turn,
        'looked',
        {
          owner: null,
          lease_until: 0,
          next_at: decision.until,
          waiting: checkingStep(step, now),
        },
        stepMove(operation, step.seq, 'seen', {
          last_proof: decision.seen === null ? null : JSON.stringify(decision.seen),
        }),
      )
      return 'stopped'
    case 'succeeded':
      await stepSucceeded(turn, step, handler, 'proven', [])
      return 'go_on'
    case 'resend':
      await writeHeld(
        turn,
        'absence_proven',
        { lease_until: now + deps.timings.lease },
        stepMove(operation, step.seq, 'absence_proven', { last_proof: null }),
      )
      return 'go_on'
    case 'cancelled':
      return stopAt(turn, step, { code: 'error.cancelled' })
    case 'foreign':
      if (decision.code === 'account_conflict')
        return stopAt(turn, step, { code: 'error.account_conflict' })
      return leaveToPerson(turn, step, decision.code)
    case 'attention':
      return leaveToPerson(turn, step, decision.code)
  }
}

async function leaveToPerson(
  { deps, claim, operation }: Turn,
  step: StepRow,
  found: string,
): Promise<'stopped'> {
  await deps.db.write(
    attentionStatements(
      claim,
      operation,
      { code: `waiting.attention_${found}` },
      deps.clock.now(),
      step,
    ),
  )
  return 'stopped'
}
