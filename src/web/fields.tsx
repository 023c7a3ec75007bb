/** Owns the fields of forms: each with its words above, big enough for a thumb. */
import type { ComponentChildren } from 'preact';
import type { Recipient } from '../contracts/deadline-view';

interface Named {
  readonly name: string;
  readonly label: string;
  /** A sentence below the field. */
  readonly hint?: ComponentChildren;
  readonly required?: boolean;
}

/** One line of text. */
export function Line({ name, label, hint, required, value, placeholder, max = 200, onInput }: LineField) {
  return (
    <Labelled label={label} hint={hint}>
      <input
        type="text"
        name={name}
        required={required}
        defaultValue={value}
        placeholder={placeholder}
        maxLength={max}
        autocomplete="off"
        onInput={onInput && (({ currentTarget }) => onInput(currentTarget.value))}
      />
    </Labelled>
  );
}
interface LineField extends Named {
  readonly value?: string | undefined;
  readonly placeholder?: string;
  readonly max?: number;
  readonly onInput?: (text: string) => void;
}

/** Several lines of text. */
export function Lines({ name, label, hint, required, rows = 3, value }: LinesField) {
  return (
    <Labelled label={label} hint={hint}>
      <textarea name={name} required={required} rows={rows} maxLength={4000} defaultValue={value} />
    </Labelled>
  );
}
interface LinesField extends Named {
  readonly rows?: number;
  readonly value?: string | undefined;
}

/** A day. */
export function Day({ name, label, hint, required, value }: Named & { readonly value?: string | undefined }) {
  return (
    <Labelled label={label} hint={hint}>
      <input type="date" name={name} required={required} defaultValue={value} />
    </Labelled>
  );
}

/** One of a few; without a `value`, one has to be chosen. */
export function Choice({ name, label, hint, required, options, value, onChoice }: ChoiceField) {
  return (
    <Labelled label={label} hint={hint}>
      <select
        name={name}
        required={required}
        defaultValue={value}
        onChange={onChoice && (({ currentTarget }) => onChoice(currentTarget.value))}
      >
        {value === undefined && <option value="">{required ? 'Choose ...' : '-'}</option>}
        {options.map(({ value: of, words }) => (
          <option key={of} value={of}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
interface ChoiceField extends Named {
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly value?: string;
  readonly onChoice?: (value: string) => void;
}

/** A choice that is shown as the word it is. */
export function sameWords(value: string): { readonly value: string; readonly words: string } {
  return { value, words: value };
}

/** Yes or no. */
export function Tick({ name, label, value = 'yes', isSet = false }: TickField) {
  return (
    <label class="tick">
      <input type="checkbox" name={name} value={value} defaultChecked={isSet} /> {label}
    </label>
  );
}
interface TickField extends Named {
  readonly value?: string;
  readonly isSet?: boolean;
}

/** A person, by name where there are few enough to choose from; `none`: what nobody means. */
export function PersonField({ people, none, ...named }: PersonChoice) {
  if (people === null)
    return <Line {...named} hint={`The id of a person.${none === undefined ? '' : ` Empty: ${none}.`}`} />;
  const options = people.map(({ person, name: words }) => ({ value: person, words }));
  if (none === undefined) return <Choice {...named} required options={options} />;
  return <Choice {...named} value="" options={[{ value: '', words: none }, ...options]} />;
}
interface PersonChoice extends Named {
  readonly people: readonly Recipient[] | null;
  readonly none?: string;
}

function Labelled({ label, hint, children }: Pick<Named, 'label' | 'hint'> & { readonly children: ComponentChildren }) {
  return (
    <label>
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** The text of a field without the spaces around; undefined: the field is empty. */
export function textOf(fields: FormData, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A part that opens on demand, under words of its own. */
export function Fold({ words, open, children }: FoldPart) {
  return (
    <details open={open}>
      <summary>{words}</summary>
      {children}
    </details>
  );
}
interface FoldPart {
  readonly words: ComponentChildren;
  readonly open?: boolean;
  readonly children: ComponentChildren;
}
