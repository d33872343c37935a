import type { ListOf } from '@gatecast/api-client';
import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/use-resource.js';
import { Dialog } from './dialog.js';
import { Loaded } from './states.js';

interface PickerDialogProps<Item> {
  readonly title: string;
  readonly intro: string;
  /** What narrows the choice. */
  readonly search?: ComponentChildren;
  readonly resource: Resource<ListOf<Item>>;
  /** What there is to choose, for screen readers. */
  readonly legend: string;
  readonly keyOf: (item: Item) => string;
  /** An item with its checkbox or radio button; the whole row is its label. */
  readonly row: (item: Item) => ComponentChildren;
  /** What is shown in place of no items. */
  readonly empty: ComponentChildren;
  readonly note?: ComponentChildren;
  /** The word on the button. */
  readonly action: string;
  readonly isReady: boolean;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

/** A dialog in which something is chosen from a list before it is done. */
export function PickerDialog<Item>(props: PickerDialogProps<Item>) {
  const { title, intro, search, resource, legend, keyOf, row, empty, note, action, isReady, onAct, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="muted">{intro}</p>
      {search}
      <div class="picker">
        <Loaded {...resource} bones={5}>
          {({ list }) =>
            list.length === 0 ? (
              empty
            ) : (
              <fieldset>
                <legend class="unseen">{legend}</legend>
                {list.map((item) => (
                  // biome-ignore lint/a11y/noLabelWithoutControl: the row holds it
                  <label key={keyOf(item)} class="picker-row">
                    {row(item)}
                  </label>
                ))}
              </fieldset>
            )
          }
        </Loaded>
      </div>
      {note}
      <div class="dialog-foot">
        <button class="button is-quiet" type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          class="button is-primary"
          type="button"
          disabled={!isReady}
          onClick={() => {
            onAct();
            onClose();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
