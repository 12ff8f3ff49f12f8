import { Drawer } from '@mantine/core';
import classNames from './side-drawer.module.css';

/** A column with the spacing of a drawer, for its tabs. */
export const DrawerContent = ({ children }: { readonly children: React.ReactNode }) => (
  <div className={classNames.content}>{children}</div>
);

/** One item beside the list it was opened from. */
export function SideDrawer(props: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Pixels, at most the width of the window. */
  readonly width?: number;
  readonly children: React.ReactNode;
}) {
  return (
    <Drawer
      opened={props.isOpen}
      onClose={props.onClose}
      position="right"
      size={props.width ?? 480}
      title={props.title}
      overlayProps={{ backgroundOpacity: 0.2 }}
    >
      <DrawerContent>{props.children}</DrawerContent>
    </Drawer>
  );
}

/** One action: its effect on the left, its button on the right. */
export function ActionRow({
  hints,
  children,
}: {
  readonly hints: readonly string[];
  readonly children: React.ReactNode;
}) {
  return (
    <div className={classNames.action}>
      <div className="muted">
        {hints.map((hint) => (
          <p key={hint}>{hint}</p>
        ))}
      </div>
      {children}
    </div>
  );
}
