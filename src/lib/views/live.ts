// The live screen: listr2 redraws the terminal, the board says what to draw. It neither decides nor owns Ctrl-C.
import { DefaultRenderer, Listr } from 'listr2'
import type { Clock } from '../clock.ts'
import type { Listener } from '../events.ts'
import { boardText, emptyBoard, follow } from './board.ts'
import type { Paint } from './paint.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

export interface Live {
  listen: Listener
  /** Draws the last picture, which stays, and gives the terminal back. */
  close(): Promise<void>
}

/** Draws from the first stage's begin until closed: before that a person may be asked something on the same screen. */
export function live(clock: Clock, hint: string, paint: Paint, width: () => number): Live {
  const board = emptyBoard()
  let frame = 0
  let open = true
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => (finish = resolve))

  /** listr2's renderer with a picture of ours: it keeps the cursor, the redrawing and the size of the terminal. */
  class Screen extends DefaultRenderer {
    override create(): string {
      frame = (frame + 1) % frames.length
      return boardText(board, clock.now(), frames[frame] ?? '', open ? hint : '', paint, width())
    }
  }

  const tasks = new Listr([{ title: '', task: () => finished }], {
    renderer: Screen,
    fallbackRenderer: Screen,
    registerSignalListeners: false,
  })
  let drawn: Promise<unknown> | undefined
  return {
    listen: (event) => {
      follow(board, event)
      if (event.kind === 'stage-started') drawn ??= tasks.run()
    },
    close: async () => {
      open = false
      finish()
      await drawn
    },
  }
}
