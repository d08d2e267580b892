import { html, type LitElement, nothing, type TemplateResult } from 'lit'

export interface MenuItem {
  readonly key: string
  readonly label: string
  readonly danger: boolean
  /** Why it cannot be chosen now; it can still be read. */
  readonly blocked: string
}

/** Time in which typed letters make one word, in ms. */
const TYPING = 700

/** A menu button: arrows, Home, End, letters and Escape work as in any menu. One per element. */
export class MenuButton {
  readonly #host: LitElement
  #typed = ''
  #typedAt = 0

  constructor(host: LitElement) {
    this.#host = host
  }

  render(
    label: string,
    items: readonly MenuItem[],
    choose: (key: string) => void,
  ): TemplateResult | typeof nothing {
    if (items.length === 0) return nothing
    return html`<button
        type="button"
        part="menu-button"
        class="menu-button"
        id="menu-button"
        aria-haspopup="menu"
        aria-expanded="false"
        aria-controls="menu"
        popovertarget="menu"
        @keydown=${this.#onButtonKey}
      >
        ${label} <span aria-hidden="true">▾</span>
      </button>
      <div
        id="menu"
        part="menu"
        role="menu"
        popover
        aria-labelledby="menu-button"
        @keydown=${this.#onKey}
        @toggle=${this.#onToggle}
      >
        ${items.map(
          (item) => html`<button
            type="button"
            role="menuitem"
            tabindex="-1"
            class=${item.danger ? 'danger' : ''}
            aria-disabled=${item.blocked ? 'true' : nothing}
            @click=${() => {
              if (item.blocked) return
              this.#close()
              choose(item.key)
            }}
          >
            ${item.label}${item.blocked ? html` <small>${item.blocked}</small>` : nothing}
          </button>`,
        )}
      </div>`
  }

  get #menu(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('#menu')
  }

  get #button(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('#menu-button')
  }

  get #items(): HTMLElement[] {
    return [...(this.#menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
  }

  #close(): void {
    this.#menu?.hidePopover()
    this.#button?.focus()
  }

  readonly #onToggle = (event: ToggleEvent): void => {
    const isOpen = event.newState === 'open'
    this.#button?.setAttribute('aria-expanded', String(isOpen))
    const inside = this.#items.some((item) => item.matches(':focus'))
    if (isOpen && !inside) this.#items[0]?.focus()
  }

  readonly #onButtonKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    this.#menu?.showPopover()
    this.#items.at(event.key === 'ArrowDown' ? 0 : -1)?.focus()
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const items = this.#items
    const at = items.findIndex((item) => item.matches(':focus'))
    const to = (index: number): void => {
      event.preventDefault()
      items.at(index % items.length)?.focus()
    }
    switch (event.key) {
      case 'ArrowDown':
        to(at + 1)
        return
      case 'ArrowUp':
        to(at <= 0 ? -1 : at - 1)
        return
      case 'Home':
        to(0)
        return
      case 'End':
        to(-1)
        return
      case 'Escape':
        event.preventDefault()
        this.#close()
        return
      case 'Tab':
        // Focus goes on from the button, as if the menu had never been open.
        this.#close()
        return
      default:
        if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey)
          this.#type(event, items, at)
    }
  }

  #type(event: KeyboardEvent, items: readonly HTMLElement[], at: number): void {
    this.#typed = event.timeStamp - this.#typedAt > TYPING ? event.key : this.#typed + event.key
    this.#typedAt = event.timeStamp
    const word = this.#typed.toLocaleLowerCase()
    // A first letter goes on to the next item, more letters narrow down from where focus is.
    const from = word.length === 1 ? at + 1 : Math.max(at, 0)
    const rotated = [...items.slice(from), ...items.slice(0, from)]
    rotated.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(word))?.focus()
  }
}
