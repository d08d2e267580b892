/** A blank tab that waits for a one-time address. */
export interface LoginTab {
  /** Leaves for the address without a trace in the history; false when the tab is gone. */
  go(url: string): boolean
  close(): void
}

/** A tab opened before it was known whether it is needed; `blocked` when the browser has refused. */
export type EarlyTab = LoginTab | 'blocked'

/**
 * Opens a blank tab, which browsers allow only while a person's gesture lasts, and cuts its way back to this page.
 *
 * @param text what it says meanwhile
 * @returns undefined when the browser has blocked it
 */
export function openTab(text: string): LoginTab | undefined {
  const tab = window.open('', '_blank')
  if (tab === null || tab.closed) return undefined
  tab.opener = null
  tab.document.body.textContent = text
  return {
    go(url) {
      if (tab.closed) return false
      tab.location.replace(url)
      return true
    },
    close: () => tab.close(),
  }
}
