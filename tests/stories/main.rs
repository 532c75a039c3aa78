//! What Fairfile promises, one file for each promise. Every story ends in the audit of its world.

mod a_batch_counts_once;
mod a_batch_that_was_cut_off_is_finished;
mod a_display_ends_by_itself;
mod a_node_belongs_to_one_process;
mod a_source_s_real_files_are_taken_as_they_are;
mod an_adverse_record_waits;
mod an_officer_gets_exactly_what_the_purpose_allows;
mod every_row_is_accounted_for;
mod no_consequence_leaves_its_sector;
mod nobody_searches_through_people;
mod nothing_is_kept_that_the_catalog_does_not_name;
mod nothing_tells_why_nothing_is_shown;
mod one_question_is_one_look;
mod sqlite_and_postgres_tell_one_story;
mod the_journal_cannot_be_rewritten_unseen;
mod the_person_sees_every_look;
mod two_people_stay_two;
mod what_is_past_its_retention_is_gone_for_good;
