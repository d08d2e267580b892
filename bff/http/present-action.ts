import type { Action, Preview } from '../contract/action.ts'
import type { InputProperty, InputSchema } from '../contract/dialect.ts'
import type { ListedAction } from '../operations/list-actions.ts'
import { instant, type Say } from '../operations/present.ts'
import type { Consequences, Situation } from '../providers/provider.ts'

function presentProperty(property: InputProperty, say: Say): InputProperty {
  const hints = property['x-provision']
  return {
    ...property,
    title: say({ code: property.title }).text,
    ...(hints === undefined
      ? {}
      : {
          'x-provision': {
            ...hints,
            ...(hints.help === undefined ? {} : { help: say({ code: hints.help }).text }),
            ...(hints.labels === undefined
              ? {}
              : { labels: hints.labels.map((code) => say({ code }).text) }),
          },
        }),
  }
}

function presentForm(form: InputSchema, say: Say): InputSchema {
  return {
    ...form,
    properties: Object.fromEntries(
      Object.entries(form.properties).map(([name, property]) => [
        name,
        presentProperty(property, say),
      ]),
    ),
  }
}

/** One action as it is offered, in the reader's words. */
export function presentAction(listed: ListedAction, situation: Situation, say: Say): Action {
  const { action, availability, step_up } = listed
  return {
    name: action.name,
    label: say({ code: action.label?.(situation) ?? `action.${action.name}.label` }).text,
    group: action.group,
    group_label: say({ code: `group.${action.group}` }).text,
    order: action.order,
    highlight: action.highlight,
    danger: action.danger,
    kind: action.kind,
    state: availability.kind,
    reasons:
      availability.kind === 'available'
        ? []
        : availability.reasons.map(({ remedy, until, ...reason }) => ({
            ...say(reason),
            ...(remedy === undefined ? {} : { remedy: say({ code: remedy }).text }),
            ...(until === undefined ? {} : { until: instant(until) }),
          })),
    input: presentForm(action.form(situation), say),
    confirmation: { ...action.confirmation, ...(step_up ? { step_up } : {}) },
    result: { open: action.result.open, changed: [...action.result.changed] },
  }
}

/** What an action would do, with what a person confirms. */
export function presentPreview(
  digest: string,
  expires_at: number,
  consequences: Consequences,
  say: Say,
): Preview {
  return {
    digest,
    expires_at: instant(expires_at),
    accounts: consequences.accounts.map(({ username, domain, owner }) => ({
      username,
      domain,
      owner,
    })),
    limits: consequences.limits.map((limit) => ({
      ...limit,
      label: say({ code: `limit.${limit.key}` }).text,
    })),
    effects: consequences.effects.map((effect) => say(effect)),
    irreversible: consequences.irreversible.map((effect) => say(effect)),
  }
}
