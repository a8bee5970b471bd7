//! The window and its settings.

use crate::text::message::words;

words! {
    "window":

    title = "Isoshunt: for teaching, not for clinical use";
    settings_not_read(why) = "The settings are the usual ones: {why}";
    settings_not_there(error) = "The settings are the usual ones, and what you choose now is not kept: {error}";
    settings_not_kept(error) = "The settings are not kept: {error}";
    still_waiting(path) = "{path} does not answer: still waiting";
    version_is_not(version, known) = "version {version} is not {known}";
    zoom_is_not(zoom, least, most) = "zoom: {zoom} is not {least} to {most}";
    no_such_choice(what, name) = "{what}: there is no “{name}”";
}
