/** Whether a node may still speak for its sessions, as the ledger needs to know it. */
export interface Standing {
  /**
   * Undefined: it may, now. Else a promise to wait for: the node has not been heard by the directory for so long that another may
   * have taken it for dead. Without a directory everybody may, for nobody can take over then.
   */
  doubt(): Promise<void> | undefined;
  /** Asks the directory at once; resolves when what it says has been acted upon, or it cannot be asked. */
  check(): Promise<void>;
}
