"""Which address is for whom: a row for each name in the URL configuration.

A new address: add its name to the words of one of these groups, by what the design says
of its page, not by what its view does. A login that may do everything in the back office
and has no role ("superuser") looks and acts by permissions, but records nothing.
"""

# Who may, by group; None: everybody.
MAY: dict[str, str | None] = {
    # Everybody, without a login.
    "PUBLIC": None,
    # Pages of one's own login: whoever is there, or on the way in.
    "LOGIN": None,
    # The desk itself; archivists are led to what imports left.
    "DESK": "owner moderator auditor archivist superuser",
    # Who may look at what was decided and what waits.
    "LOOK": "owner moderator auditor superuser",
    # Who decides on comments, articles and names.
    "DECIDE": "owner moderator superuser",
    # Who writes and publishes rules.
    "RULES": "owner superuser",
    # Who searches hidden texts, or reads who has.
    "SEARCH": "owner moderator auditor",
    # Who reads the private journal of looks.
    "JOURNAL": "owner auditor",
    # Who takes hidden words away.
    "SEAL": "owner auditor",
    # Who enters threads and publishes what imports left.
    "RELEASE": "owner moderator archivist",
    # Who imports and puts facts right.
    "CORRECT": "owner archivist",
    # Whoever has a role.
    "STAFF": "owner moderator auditor archivist",
    # Owners: people, settings of blogs.
    "OWNERS": "owner",
    # Who may do everything and has no role yet.
    "ROLELESS": "superuser",
}
# Names of addresses, by group.
ADDRESSES = {
    "PUBLIC": """
        home about robots security-txt site-map healthz search search-description
        blog-detail post-detail post-copies comment-detail comment-in-thread comment-proof
        cross-post-detail commenter-detail capture-detail feeds feed feed-blog
        feed-post feed-commenter old-addresses time-map old-address login
        account_login invitation logout api api:openapi api:blogs api:blog
        api:posts api:post api:thread api:comments api:comment api:captures
        api:capture api:cross_posts api:cross_post api:gaps api:gap api:log
        api:decision api:reports api:report flag moderation:log
        moderation:log-missing moderation:log-csv moderation:log-json
        moderation:log-feed moderation:decision-detail moderation:decision-facts
        moderation:policy moderation:policy-version moderation:policy-changes
        moderation:automatic moderation:automatic-version
        moderation:automatic-of moderation:batch moderation:reports
        moderation:report moderation:report-csv moderation:report-json
        moderation:report-list moderation:report-pdf moderation:report-workbook
        moderation:claims
        moderation:claim-new ledger:index ledger:verify ledger:entry
        ledger:entry-bytes ledger:entry-receipt ledger:checkpoint
        ledger:confirmed ledger:vkey ledger:witness-vkey ledger:add-checkpoint
        ledger:entries ledger:tile moderation:complaint-counts feed-reports
        ledger:verifier moderation:issued-reports moderation:issued-report
        moderation:issued-report-json moderation:issued-report-csv
        moderation:issued-report-pdf moderation:issued-report-workbook
        moderation:subscribe moderation:subscription-confirm
        moderation:subscription-leave
    """,
    "LOGIN": """
        mfa_index mfa_authenticate account_reauthenticate mfa_reauthenticate
        mfa_reauthenticate_webauthn mfa_activate_totp mfa_deactivate_totp
        mfa_view_recovery_codes mfa_generate_recovery_codes mfa_add_webauthn
        mfa_login_webauthn mfa_remove_webauthn end-login change-password
    """,
    "DESK": """
        moderation:desk
    """,
    "LOOK": """
        moderation:policy-decisions moderation:batches moderation:batch-waiting
        moderation:desk-comment moderation:reported moderation:own-names
        moderation:automatic-desk moderation:automatic-set
        moderation:desk-claims moderation:desk-claim
        moderation:desk-claim-on-record moderation:decide-post
        moderation:decide-name moderation:parts moderation:desk-decision
        moderation:at-source moderation:complaints moderation:complaint
        moderation:erasures moderation:erasure moderation:dashboard
        moderation:letters moderation:letter moderation:news
        moderation:news-choose moderation:bundles moderation:bundles-make
        moderation:consistency moderation:consistency-of
    """,
    "DECIDE": """
        moderation:batch-review moderation:batch-confirm
        moderation:batch-withdraw moderation:batch-undo moderation:batch-undo-it
        moderation:desk-decide moderation:desk-note moderation:desk-skip
        moderation:desk-record moderation:desk-enter moderation:desk-gap
        moderation:own-names-add moderation:automatic-keys
        moderation:automatic-keys-read moderation:automatic-test
        moderation:automatic-rule moderation:automatic-save
        moderation:automatic-delete moderation:desk-claim-read
        moderation:desk-claim-decide moderation:desk-claim-answer
        moderation:desk-claim-prove moderation:desk-claim-end
        moderation:decide-post-enter moderation:decide-name-enter
        moderation:part-undo moderation:part-reword moderation:desk-undo
        moderation:desk-reword moderation:put-right moderation:put-right-enter
        moderation:source-done moderation:hidden-find moderation:complaint-new
        moderation:complaint-record moderation:complaint-read
        moderation:complaint-correct moderation:complaint-hold
        moderation:complaint-answer moderation:complaint-note
        moderation:complaint-close moderation:complaint-reopen
        moderation:erasure-new moderation:erasure-ask
        moderation:erasure-confirm moderation:erasure-withdraw
        moderation:elsewhere moderation:elsewhere-find moderation:left-public
        moderation:desk-redact moderation:desk-redact-enter
        moderation:redact-post moderation:redact-post-enter
        moderation:letter-send moderation:letter-choose moderation:letters-test
    """,
    "RULES": """
        moderation:policy-draft moderation:policy-start
        moderation:policy-preview moderation:policy-publish
        moderation:policy-rule-new moderation:policy-rule-add
        moderation:policy-rule moderation:policy-rule-save
        moderation:policy-rule-move moderation:policy-rule-out
        moderation:policy-rule-back moderation:automatic-publish
        moderation:policy-end moderation:policy-end-publish
    """,
    "SEARCH": """
        moderation:hidden
    """,
    "JOURNAL": """
        moderation:access moderation:access-csv
    """,
    "SEAL": """
        moderation:bundles-seal
    """,
    "RELEASE": """
        moderation:left moderation:left-publish moderation:left-date
        moderation:left-answer moderation:left-detail moderation:paste
        moderation:paste-start moderation:paste-draft moderation:paste-save
        moderation:paste-discard moderation:paste-confirm moderation:hand
        moderation:hand-blog moderation:hand-blog-save moderation:hand-article
        moderation:hand-article-save moderation:hand-cross-post
        moderation:hand-cross-post-save moderation:hand-mail
        moderation:hand-mail-read moderation:hand-comment
        moderation:hand-comment-save moderation:hand-file
    """,
    "CORRECT": """
        moderation:correct moderation:correct-enter moderation:correct-take-back
        moderation:addressed moderation:addressed-answer moderation:correct-post
        moderation:correct-post-enter moderation:correct-post-take-back
        moderation:cross-posts moderation:cross-post-answer
        moderation:correct-cross-post moderation:correct-cross-post-enter
        moderation:correct-cross-post-withdraw moderation:names
        moderation:same-thread moderation:same-thread-untie
        moderation:same-thread-pairs moderation:same-thread-tie
        moderation:names-join moderation:names-split moderation:names-apart
        moderation:names-as-one moderation:imports moderation:import-look
        moderation:import-article moderation:import moderation:import-start
        moderation:import-cancel moderation:import-publish moderation:import-new
    """,
    "STAFF": """
        moderation:blogs moderation:blog moderation:work
    """,
    "ROLELESS": "moderation:role",
    "OWNERS": """
        moderation:health moderation:people moderation:people-invite
        moderation:people-back
        moderation:people-log-out moderation:people-leave
        moderation:people-factors moderation:blog-save moderation:erasure-hold
        moderation:erasure-lift moderation:erasure-refuse
        moderation:erasure-again moderation:blog-letters moderation:persons
        moderation:persons-make moderation:work-of
        moderation:issuing moderation:issue-report
    """,
}
# What each form of the desk does about what is one's own: a row for each.
OWN: dict[str, str] = {
    # On one's own comment it asks for a reason that readers see.
    "REASON": """
        moderation:desk-decide moderation:desk-undo moderation:desk-reword
        moderation:put-right-enter moderation:batch-review
    """,
    # So does it, and tests of its own drive it: parts of articles, names, marks.
    "REASON_OF_A_PART": """
        moderation:decide-post-enter moderation:decide-name-enter
        moderation:part-undo moderation:part-reword moderation:desk-redact-enter
        moderation:redact-post-enter
        moderation:batch-undo-it moderation:complaint-hold
    """,
    # Somebody else than who asked for it.
    "SECOND": "moderation:batch-confirm moderation:erasure-confirm",
    # Nobody does it for another, but owners.
    "SELF": "moderation:own-names-add",
    # It is done to others only; one's own is changed at "Your login".
    "OTHERS": "moderation:people-factors",
    # The last owner stays one.
    "LAST": "moderation:people-leave",
    # Whose something is makes no difference.
    "ALIKE": """
        moderation:addressed-answer moderation:automatic-delete
        moderation:automatic-keys-read moderation:automatic-publish
        moderation:automatic-save moderation:batch-withdraw moderation:blog-letters
        moderation:blog-save moderation:bundles-make moderation:bundles-seal
        moderation:complaint-answer moderation:complaint-close
        moderation:complaint-correct moderation:complaint-note
        moderation:complaint-read moderation:complaint-record
        moderation:complaint-reopen moderation:correct-cross-post-enter
        moderation:correct-cross-post-withdraw moderation:correct-enter
        moderation:correct-post-enter moderation:correct-post-take-back
        moderation:correct-take-back moderation:cross-post-answer
        moderation:desk-claim-answer moderation:desk-claim-decide
        moderation:desk-claim-end moderation:desk-claim-prove
        moderation:desk-claim-read moderation:desk-enter moderation:desk-gap
        moderation:desk-note moderation:desk-skip moderation:elsewhere-find
        moderation:erasure-again moderation:erasure-ask moderation:erasure-hold
        moderation:erasure-lift moderation:erasure-refuse
        moderation:erasure-withdraw moderation:hand-article-save
        moderation:hand-blog-save moderation:hand-comment-save
        moderation:hand-cross-post-save moderation:hand-mail-read
        moderation:hidden-find moderation:import-cancel moderation:import-publish
        moderation:import-start moderation:issue-report moderation:left-answer
        moderation:left-date moderation:left-publish moderation:letter-choose
        moderation:letter-send moderation:letters-test moderation:names-apart
        moderation:names-as-one moderation:names-join moderation:names-split
        moderation:news-choose moderation:paste-confirm moderation:paste-discard
        moderation:paste-save moderation:paste-start moderation:people-back
        moderation:people-invite moderation:people-log-out moderation:persons-make
        moderation:policy-end-publish moderation:policy-publish
        moderation:policy-rule-add moderation:policy-rule-back
        moderation:policy-rule-move moderation:policy-rule-out
        moderation:policy-rule-save moderation:policy-start
        moderation:same-thread-tie moderation:same-thread-untie
        moderation:source-done
    """,
}
