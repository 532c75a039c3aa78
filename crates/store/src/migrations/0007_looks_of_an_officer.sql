-- An officer's own receipts, newest first. Partial, for the person's own looks are no officer's.
CREATE INDEX look_of_officer ON look (officer, leaf_index) WHERE officer IS NOT NULL;
