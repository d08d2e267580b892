import type { Claim } from '../../db/operations.ts'
import { complete } from './complete.ts'
import type { EngineDeps } from './deps.ts'
import { giveBack } from './give-back.ts'
import { prepareTurn, refreshSituation, unanswered } from './prepare.ts'
import { readBack } from './read-back.ts'
import { runStep } from './send-step.ts'
import { stopBeforeNext } from './stop.ts'
import { beginTurn, type Turn } from './turn.ts'
import { whenDue } from './when-due.ts'

/**
 * Takes an operation as far as it can go now: to its end, to its next read-back, or to a person.
 *
 * @param isStopping asked before each step; once true, the rest is given back to whoever runs on
 */
export async function advance(
  deps: EngineDeps,
  claim: Claim,
  isStopping: () => boolean = () => false,
): Promise<void> {
  const turn = await beginTurn(deps, claim)
  if (turn === undefined) return
  if (turn.operation.state === 'checking') {
    const uncertain = turn.steps.find((step) => step.state === 'uncertain')
    if (uncertain !== undefined && (await readBack(turn, uncertain)) !== 'go_on') return
  }
  if (turn.operation.cancel_wanted && hasMoreToSend(turn)) {
    await stopBeforeNext(turn)
    return
  }
  if (!turn.operation.prepared) {
    if ((await prepareTurn(turn)) !== 'ready') return
  } else if ((await refreshUnlessStarted(turn)) !== 'ready') return
  await runSteps(turn, isStopping)
}

function hasMoreToSend({ steps }: Turn): boolean {
  return steps.length === 0 || steps.some((step) => step.state === 'pending')
}

async function refreshUnlessStarted(turn: Turn): ReturnType<typeof refreshSituation> {
  if (turn.steps.some((step) => step.state !== 'pending' || step.attempt > 0)) return 'ready'
  const refreshed = await refreshSituation(turn)
  if (refreshed !== 'ready' || turn.operation.due_at === null) return refreshed
  // It waited since it was found as planned.
  const due = await whenDue(turn)
  if (due === 'ended') return 'ended'
  return due.kind === 'ready' ? 'ready' : unanswered(turn, due.fault)
}

async function runSteps(turn: Turn, isStopping: () => boolean): Promise<void> {
  for (;;) {
    const step = turn.steps.find((candidate) => candidate.state === 'pending')
    if (step === undefined) return complete(turn)
    if (isStopping()) return giveBack(turn.deps, turn.claim)
    if (turn.operation.cancel_wanted) {
      await stopBeforeNext(turn)
      return
    }
    if ((await runStep(turn, step)) === 'stopped') return
  }
}
