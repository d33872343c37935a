import { Choice } from '../parts/choice.js';

/** Lets only what is not in step through, or everything. The value is that of the API's filter `drifted`. */
export function InStepChoice({ value, onChange }: { value: string; onChange: (drifted: string) => void }) {
  return (
    <Choice
      label="In step"
      value={value}
      options={[
        { value: '', name: 'In step or not' },
        { value: 'true', name: 'Not in step' },
      ]}
      onChange={onChange}
    />
  );
}
