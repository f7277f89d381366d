# The headers' comments behind a member, in the form in which doxygen takes them for its documentation.
/^[[:space:]]*[^#/*[:space:]].*[;,A-Za-z0-9_] +\/\* /s@ +/\* @ /**< @
/^[[:space:]]*[^#/*[:space:]].*; +\/\/ /s@ +// @ ///< @
