import { useState } from 'react';

/** The state of a form that sends one request at a time. */
export interface Submit {
  readonly onSubmit: (event: React.FormEvent) => void;
  readonly isBusy: boolean;
  /** What the last attempt failed with; undefined when it did not fail. */
  readonly failure: unknown;
}

/** Runs `act` when the form is submitted, and keeps its failure until the next attempt. */
export function useSubmit(act: () => Promise<void>): Submit {
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
    } catch (cause) {
      setFailure(cause);
    }
    setBusy(false);
  };
  const onSubmit = (event: React.FormEvent): void => {
    event.preventDefault();
    // React passes the event on to an outer form, also out of a dialog.
    event.stopPropagation();
    void submit();
  };
  return { onSubmit, isBusy, failure };
}
