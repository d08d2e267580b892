import { html, nothing, type TemplateResult } from 'lit'
import type { Action } from '../../bff/contract/action.ts'
import { actionsWords } from '../locales/actions-words.ts'
import type { Localize } from '../locales/localize.ts'
import type { MenuButton } from '../parts/menu.ts'
import { type Arrangement, foremost } from './arrange.ts'

export interface Choosing {
  readonly localize: Localize
  readonly arrangement: Arrangement
  /** Name of the action that is being asked for. */
  readonly busy: string | undefined
  /** What a change must wait for; empty if nothing. */
  readonly held: (action: Action) => boolean
  readonly choose: (action: Action) => void
}

const isGrave = ({ danger }: Action) => danger === 'high' || danger === 'irreversible'

function button(action: Action, { busy, held, choose, localize }: Choosing): TemplateResult {
  const isHeld = held(action)
  const isBusy = busy === action.name
  const kind = isGrave(action) ? 'danger' : action.highlight ? 'highlight' : ''
  return html`<button
    type="button"
    part="action"
    class=${kind}
    aria-disabled=${isHeld || busy !== undefined ? 'true' : nothing}
    aria-busy=${isBusy ? 'true' : nothing}
    title=${isHeld ? localize.say(actionsWords, 'held') : nothing}
    @click=${() => {
      if (!isHeld && busy === undefined) choose(action)
    }}
  >${action.label}</button>`
}

function reasonsOf(localize: Localize, { reasons }: Action): string {
  return reasons
    .flatMap(({ text, remedy, until }) => [
      text,
      remedy ?? '',
      until === undefined
        ? ''
        : localize.say(actionsWords, 'until', { time: localize.date(until) }),
    ])
    .filter((part) => part !== '')
    .join(' ')
}

function blockedList({
  localize,
  arrangement: { blocked },
}: Choosing): TemplateResult | typeof nothing {
  if (blocked.length === 0) return nothing
  return html`<details part="blocked">
    <summary>${localize.say(actionsWords, 'unavailable', { count: blocked.length })}</summary>
    <dl class="blocked">
      ${blocked.map(
        (action) => html`<div>
          <dt>${action.label}</dt>
          ${action.reasons.map(
            ({ text, remedy, until }) => html`<dd>
              ${text} ${remedy}
              ${until === undefined ? nothing : localize.say(actionsWords, 'until', { time: localize.date(until) })}
            </dd>`,
          )}
        </div>`,
      )}
    </dl>
  </details>`
}

/** All actions as buttons, by group; blocked ones folded below with their reasons. */
export function actionPanel(choosing: Choosing, isGrouped: boolean): TemplateResult {
  const { groups } = choosing.arrangement
  return html`${
    isGrouped
      ? groups.map(
          ({ label, actions }, index) => html`<div
            part="group"
            class="group"
            role=${label ? 'group' : nothing}
            aria-labelledby=${label ? `group-${index}` : nothing}
          >
            ${label ? html`<p class="group-label muted" id="group-${index}">${label}</p>` : nothing}
            <div class="row">${actions.map((action) => button(action, choosing))}</div>
          </div>`,
        )
      : html`<div part="buttons" class="row">
          ${groups.flatMap(({ actions }) => actions).map((action) => button(action, choosing))}
        </div>`
  }
  ${blockedList(choosing)}`
}

/** The one action in front, all others in a menu. */
export function actionMenu(choosing: Choosing, menu: MenuButton): TemplateResult {
  const { localize, arrangement, busy, held, choose } = choosing
  const front = foremost(arrangement)
  const rest = [...arrangement.groups.flatMap(({ actions }) => actions), ...arrangement.blocked]
    .filter((action) => action !== front)
    .map((action) => ({
      key: action.name,
      label: action.label,
      danger: isGrave(action),
      blocked:
        action.state === 'blocked'
          ? reasonsOf(localize, action)
          : busy !== undefined || held(action)
            ? localize.say(actionsWords, 'held')
            : '',
    }))
  return html`<div part="buttons" class="row">
    ${front === undefined ? nothing : button(front, choosing)}
    ${menu.render(localize.say(actionsWords, 'more_actions'), rest, (key) => {
      const action = arrangement.groups
        .flatMap(({ actions }) => actions)
        .find(({ name }) => name === key)
      if (action !== undefined) choose(action)
    })}
  </div>`
}
