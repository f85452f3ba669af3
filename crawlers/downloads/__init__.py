"""The Central de Download: manifests of packages, and a package read as a document.

    JSON │ JSON Lines │ XML │ CSV ──listing──▶ manifests ──▶ rows ──package──▶ document
                                                              └ package_fields: what a field says, however spelt

kind, settings: what the registry needs. May import what all kinds share (`crawlers`: source, links, json_fields,
taxonomy, http) and `search`.
"""
